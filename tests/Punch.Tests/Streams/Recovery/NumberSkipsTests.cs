using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

public sealed class NumberSkipsTests
{
    [Fact]
    public void Gaps_are_random_and_within_their_bounds()
    {
        var skips = new NumberSkips(1);
        skips.Begin(1_000);
        ulong last = 1_000;
        List<int> gaps = [];
        for (ulong number = last; gaps.Count < 1_000; number++)
        {
            if (!skips.Take(number)) { continue; }

            gaps.Add((int)(number - last));
            last = number;
        }

        Assert.All(gaps, gap => Assert.InRange(gap, NumberSkips.Shortest, NumberSkips.Longest));
        Assert.True(gaps.Min() < 100 && gaps.Max() > 50_000, $"{gaps.Min()} to {gaps.Max()}");
        Assert.True(gaps.Distinct().Count() > 500, "they are random");
    }

    [Fact]
    public void A_number_that_other_frames_took_is_left_out_later()
    {
        var skips = new NumberSkips(1);
        skips.Begin(0);

        Assert.True(skips.Take(1_000_000));
        Assert.False(skips.Take(1_000_001));
    }
}
