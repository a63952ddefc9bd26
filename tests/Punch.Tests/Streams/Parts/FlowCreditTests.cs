using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Parts;

public sealed class FlowCreditTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);
    private static readonly Instant Start = Instant.At(TimeSpan.FromSeconds(1));

    private readonly FlowCredit _credit = new(first: 100, most: 350);

    [Fact]
    public void It_is_raised_once_half_of_it_is_taken()
    {
        Assert.Equal(100UL, _credit.Limit);
        Assert.False(_credit.IsRaiseDue(49));
        Assert.True(_credit.IsRaiseDue(50));

        _credit.Raise(50, RoundTrip, Start);

        Assert.Equal(150UL, _credit.Limit);
        Assert.False(_credit.IsRaiseDue(99));
        Assert.True(_credit.IsRaiseDue(100));
    }

    [Theory]
    [InlineData(99, 300)]
    [InlineData(100, 200)]
    public void It_doubles_if_it_is_used_up_within_two_round_trips(int milliseconds, ulong limit)
    {
        _credit.Raise(50, RoundTrip, Start);
        _credit.Raise(100, RoundTrip, Start + TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(limit, _credit.Limit);
    }

    [Fact]
    public void It_has_a_largest_size_and_never_shrinks()
    {
        for (ulong taken = 50; taken < 400; taken += 50) { _credit.Raise(taken, RoundTrip, Start); }

        Assert.Equal(350UL + 350, _credit.Limit);
        _credit.Raise(100, RoundTrip, Start);
        Assert.Equal(350UL + 350, _credit.Limit);
    }
}
