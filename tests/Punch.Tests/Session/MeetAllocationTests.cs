using Xunit;

namespace Punch.Tests.Session;

public sealed class MeetAllocationTests
{
    private readonly byte[] _buffer = new byte[65_535 + 4];
    private Instant _now;
    private byte _channel;
    private long _carried;

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

    [Fact]
    public void A_flood_over_a_TURN_server_allocates_nothing_per_datagram()
    {
        MeetPair pair = MeetPair.Of("symmetric-random", "symmetric-random", new MeetPairOptions
        {
            Seed = 1,
            Gap = TimeSpan.Zero,
            AdjustA = options => MeetTurnTests.WithTurn()(options) with { Interval = TimeSpan.FromMilliseconds(1) },
            AdjustB = options => options with { Interval = TimeSpan.FromMilliseconds(1) },
        });
        pair.AddTurn();
        pair.Run(TimeSpan.FromSeconds(10));
        PeerSession a = pair.Session(pair.A);
        PeerSession b = pair.Session(pair.B);
        pair.Claim(a.Path?.Remote.Transport == Transport.Turned && b.Path?.Remote.Host == MeetPair.Turn.Host, "open over the TURN server");
        _now = pair.Simulator.Now;
        SwapRelayed(a, b, 2_000);

        // The search for a direct path goes on, and allocates a little. An object for each datagram would be 200 kB.
        Assert.InRange(Allocation.Fewest(() => SwapRelayed(a, b, 4_000)), 0, 20_000);
        Assert.NotNull(a.Path);
        Assert.NotNull(b.Path);
        Assert.True(_carried > 4_000, "datagrams went through the channel");
    }

    // The server, by hand: it takes off the four bytes of the channel, and puts them on.
    private void SwapRelayed(PeerSession a, PeerSession b, int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            _now += TimeSpan.FromMilliseconds(0.5);
            if (a.NextTimeout <= _now) { a.Timeout(_now); }

            while (a.TryTransmit(_buffer, out Transmit transmit))
            {
                if (transmit.To != MeetPair.Turn || _buffer[0] != 0x40) { continue; }

                _carried++;
                _channel = _buffer[1];
                b.Receive(new Datagram(b.Path!.Value.Remote, b.Path.Value.Local, _buffer.AsSpan(4, transmit.Length - 4)), _now);
            }

            if (b.NextTimeout <= _now) { b.Timeout(_now); }

            while (b.TryTransmit(_buffer.AsSpan(4), out Transmit transmit))
            {
                if (transmit.To != b.Path?.Remote) { continue; }

                (_buffer[0], _buffer[1]) = (0x40, _channel);
                (_buffer[2], _buffer[3]) = ((byte)(transmit.Length >> 8), (byte)(transmit.Length & 0xFF));
                a.Receive(new Datagram(MeetPair.Turn, MeetPair.LocalA, _buffer.AsSpan(0, transmit.Length + 4)), _now);
            }

            while (a.TryEvent(out _) || b.TryEvent(out _)) { }
        }
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
