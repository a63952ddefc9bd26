using Punch.Net.Resolving;
using Xunit;

namespace Punch.Tests.Net;

/// <summary>A server's name is looked up again while the server is silent.</summary>
public sealed class NameWatchTests
{
    private static readonly TransportAddress Old = TransportAddress.Parse("192.0.2.1:3478");
    private static readonly TransportAddress Moved = TransportAddress.Parse("192.0.2.9:3478");

    private int _lookUps;

    [Fact]
    public void Nothing_is_looked_up_until_it_is_wanted()
    {
        NameWatch watch = Watch(Moved);

        Assert.Null(watch.Next);
        Assert.False(watch.TryNotice(Instant.At(TimeSpan.FromHours(1)), out _));
        Assert.Equal(0, _lookUps);
    }

    [Fact]
    public void Changed_addresses_are_reported_once_and_unchanged_ones_never()
    {
        NameWatch watch = Watch(Moved);
        watch.Want(true);

        Assert.Equal([Moved], Run(watch, Instant.Zero));
        Assert.Null(Run(watch, Instant.At(TimeSpan.FromSeconds(60))));
        Assert.Equal(2, _lookUps);
        Assert.Null(Run(Wanted(Old), Instant.Zero));
        Assert.Null(Run(Wanted(), Instant.Zero));
    }

    [Fact]
    public void A_minute_passes_between_two_look_ups()
    {
        NameWatch watch = Wanted(Old);

        Run(watch, Instant.Zero);
        Run(watch, Instant.At(TimeSpan.FromSeconds(59)));

        Assert.Equal(1, _lookUps);
        Assert.Equal(Instant.At(TimeSpan.FromSeconds(60)), watch.Next);
    }

    private NameWatch Wanted(params TransportAddress[] found)
    {
        NameWatch watch = Watch(found);
        watch.Want(true);
        return watch;
    }

    private NameWatch Watch(params TransportAddress[] found) => new([Old], () =>
    {
        Interlocked.Increment(ref _lookUps);
        return found;
    });

    private static IReadOnlyList<TransportAddress>? Run(NameWatch watch, Instant now)
    {
        NetworkNotice notice = default;
        watch.TryNotice(now, out _);
        SpinWait.SpinUntil(() => watch.TryNotice(now, out notice) || watch.Next - now > TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        return notice.Servers;
    }
}
