using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Tests.Peer;

/// <summary>Two sessions that answer each other in memory, 10 µs a datagram.</summary>
internal sealed class FloodingPair
{
    private static readonly TransportAddress A = TransportAddress.Parse("192.0.2.1:6311");
    private static readonly TransportAddress B = TransportAddress.Parse("192.0.2.2:6311");

    private readonly byte[] _buffer = new byte[65_535];
    private readonly byte[][] _wire = [.. Enumerable.Range(0, 64).Select(_ => new byte[256])];
    private readonly Queue<(bool IsToA, int Slot, int Length)> _inFlight = new(64);
    private readonly PeerSession _a = Session(1, A, B);
    private readonly PeerSession _b = Session(2, B, A);
    private Instant _now = Instant.Zero;
    private int _slot;

    public FloodingPair()
    {
        Drain(_a, isToA: false);
        Drain(_b, isToA: true);
    }

    public bool AreOpen => _a.Path == B && _b.Path == A;

    public void Swap(int datagrams)
    {
        for (int i = 0; i < datagrams; i++)
        {
            (bool isToA, int slot, int length) = _inFlight.Dequeue();
            _now += TimeSpan.FromMicroseconds(10);
            PeerSession to = isToA ? _a : _b;
            to.Receive(new Datagram(isToA ? B : A, isToA ? A : B, _wire[slot].AsSpan(0, length)), _now);
            to.Timeout(_now);
            Drain(to, !isToA);
        }
    }

    private static PeerSession Session(ulong id, TransportAddress local, TransportAddress remote) => new(
        new PeerSessionOptions
        {
            Remotes = [remote],
            Locals = [local],
            Id = id,
            Seed = id,
            WallClock = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.Zero),
            Interval = TimeSpan.Zero,
        },
        Instant.Zero);

    private void Drain(PeerSession session, bool isToA)
    {
        while (session.TryTransmit(_buffer, out Transmit transmit))
        {
            _slot = (_slot + 1) % _wire.Length;
            _buffer.AsSpan(0, transmit.Length).CopyTo(_wire[_slot]);
            _inFlight.Enqueue((isToA, _slot, transmit.Length));
        }

        while (session.TryEvent(out _)) { }
    }
}
