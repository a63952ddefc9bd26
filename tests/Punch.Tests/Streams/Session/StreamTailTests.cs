using Xunit;

namespace Punch.Tests.Streams.Session;

public sealed class StreamTailTests
{
    // Three packets of 1,232 bytes at most. The proof of the path told the round trip of 50 ms, so the timeout is 175 ms.
    private const int Length = 3_000;

    [Theory]
    [InlineData(0, 6, 275)]
    [InlineData(1, 6, 300)]
    [InlineData(2, 6, 250)]
    [InlineData(2, 7, 250)]
    public void What_was_lost_at_the_end_comes_with_the_first_probes(int firstLost, int nextThatPasses, int expected)
    {
        StreamWorld world = new StreamPlan
        {
            Seed = 1,
            Lengths = [Length, 0],
            Loses = (from, place) => from == 0 && place >= firstLost && place < nextThatPasses,
        }.Build();

        Assert.True(world.Run(TimeSpan.FromSeconds(10)));

        Assert.Equal(Instant.At(TimeSpan.FromMilliseconds(expected)), world.Sides[1].SunkAt);
    }
}
