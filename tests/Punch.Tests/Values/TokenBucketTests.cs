using Xunit;

namespace Punch.Tests.Values;

public sealed class TokenBucketTests
{
    private static readonly Instant Now = Instant.At(TimeSpan.FromSeconds(100));

    [Fact]
    public void A_bucket_holds_in_every_second()
    {
        var bucket = new TokenBucket(burst: 5, perSecond: 10);
        var spent = new List<Instant>();
        for (int i = 0; i < 5_000; i++)
        {
            Instant at = Now + TimeSpan.FromMilliseconds(i);
            if (bucket.TrySpend(at)) { spent.Add(at); }
        }

        Assert.Equal(5 + 50, spent.Count, tolerance: 1);
        Assert.All(spent, first => Assert.InRange(spent.Count(at => at >= first && at - first < TimeSpan.FromSeconds(1)), 1, 15));
    }

    [Fact]
    public void After_a_refusal_a_token_is_there_one_refill_later()
    {
        var bucket = new TokenBucket(burst: 2, perSecond: 20);

        Assert.True(bucket.TrySpend(Now));
        Assert.True(bucket.TrySpend(Now));
        Assert.False(bucket.TrySpend(Now));
        Assert.False(bucket.TrySpend(Now + bucket.Refill - TimeSpan.FromTicks(1)));
        Assert.True(bucket.TrySpend(Now + bucket.Refill));
        Assert.False(bucket.TrySpend(Now + bucket.Refill));
    }
}
