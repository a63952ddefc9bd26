using Punch.Cli.Output;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class LineLimiterTests
{
    [Fact]
    public void Twenty_lines_a_second_are_shown_and_the_others_counted()
    {
        var limiter = new LineLimiter();

        int shown = Enumerable.Range(0, 1_000).Count(i => limiter.TryTake(TimeSpan.FromMilliseconds(i % 999)));

        Assert.Equal(LineLimiter.LinesPerSecond, shown);
        Assert.Equal(0, limiter.TakeHeldBack(TimeSpan.FromMilliseconds(999)));
        Assert.Equal(1_000 - shown, limiter.TakeHeldBack(TimeSpan.FromSeconds(1)));
        Assert.Equal(0, limiter.TakeHeldBack(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void The_next_second_begins_anew()
    {
        var limiter = new LineLimiter();
        for (int i = 0; i < 30; i++) { limiter.TryTake(TimeSpan.Zero); }

        Assert.True(limiter.TryTake(TimeSpan.FromSeconds(1)));
        Assert.Equal(10, limiter.TakeHeldBack());
    }
}
