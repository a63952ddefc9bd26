using Punch.Cli.Session;
using Xunit;
using static Punch.Tests.Cli.SessionScript;

namespace Punch.Tests.Cli;

public sealed class WaitingHintsTests
{
    private readonly WaitingHints _hints = new("peer.example", 6311);

    [Fact]
    public void Silence_is_commented_after_5_and_after_30_seconds_and_never_again()
    {
        double[] commented = [.. Enumerable.Range(0, 100).Select(second => second * 1_000.0).Where(ms => _hints.Next(Sent(ms)) is not null)];

        Assert.Equal([5_000, 30_000], commented);
    }

    [Fact]
    public void A_side_that_heard_something_needs_no_hint()
    {
        Assert.Null(_hints.Next(Received(1, DatagramKind.Plain, "x")));

        Assert.Null(_hints.Next(Sent(60_000)));
    }

    [Fact]
    public void A_stranger_is_not_the_peer()
    {
        Assert.Null(_hints.Next(Received(1, DatagramKind.Stranger, "x")));

        Assert.NotNull(_hints.Next(Sent(5_000)));
    }
}
