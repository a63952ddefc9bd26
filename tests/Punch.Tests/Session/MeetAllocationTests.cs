using Xunit;

namespace Punch.Tests.Session;

public sealed class MeetAllocationTests
{
    private readonly byte[] _buffer = new byte[65_535];
    private Instant _now;

    [Fact]
    public void A_flood_over_an_open_path_allocates_nothing_per_datagram()
    {
        Func<SessionOptions, SessionOptions> floods = options => options with { Interval = TimeSpan.Zero };
        MeetPair pair = MeetPair.Of("open", "open", new MeetPairOptions { Seed = 1, AdjustA = floods, AdjustB = floods });
        pair.Run(TimeSpan.FromSeconds(5));
        pair.Claim(pair.AreOpen, "open");
        PeerSession a = pair.Session(pair.A);
        PeerSession b = pair.Session(pair.B);
        _now = pair.Simulator.Now;
        Swap(a, b, 2_000);

        Assert.Equal(0, Allocation.Fewest(() => Swap(a, b, 4_000)));
        Assert.NotNull(a.Path);
        Assert.NotNull(b.Path);
    }

    // By hand, because the simulator allocates. A run takes two seconds, so checks are among the datagrams.
    private void Swap(PeerSession a, PeerSession b, int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            _now += TimeSpan.FromMilliseconds(0.5);
            Carry(a, b);
            Carry(b, a);
        }
    }

    private void Carry(PeerSession from, PeerSession to)
    {
        if (from.NextTimeout <= _now) { from.Timeout(_now); }

        while (from.TryTransmit(_buffer, out Transmit transmit))
        {
            if (transmit.To == from.Path?.Remote) { to.Receive(new Datagram(to.Path!.Value.Remote, to.Path.Value.Local, _buffer.AsSpan(0, transmit.Length)), _now); }

            while (to.TryEvent(out _)) { }
        }

        while (from.TryEvent(out _)) { }
    }
}
