using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Tests.Peer;

/// <summary>Two sessions in memory, one of which sends the other data as fast as it takes it.</summary>
internal sealed class FlowingPair
{
    private static readonly TransportAddress A = TransportAddress.Parse("192.0.2.1:6311");
    private static readonly TransportAddress B = TransportAddress.Parse("192.0.2.2:6311");

    private readonly byte[] _buffer = new byte[65_535];
    private readonly byte[] _payload = new byte[IDataPath.MaxLength];
    private readonly byte[][] _wire = [.. Enumerable.Range(0, 256).Select(_ => new byte[IDataPath.MaxLength])];
    private readonly Queue<(bool IsToA, int Slot, int Length)> _inFlight = new(256);
    private readonly PeerSession _a = Session(1, A, B);
    private readonly PeerSession _b = Session(2, B, A);
    private Instant _now = Instant.Zero;
    private int _slot;

    public FlowingPair()
    {
        Drain(_a, isToA: false);
        Drain(_b, isToA: true);
    }

    public long Received => _b.Statistics.DataReceived.Datagrams;

    public long Lost => _a.Statistics.DataOutbound.Lost;

    public void Swap(int datagrams)
    {
        for (int i = 0; i < datagrams; i++)
        {
            (bool isToA, int slot, int length) = _inFlight.Dequeue();
            _now += TimeSpan.FromMicroseconds(1);
            PeerSession to = isToA ? _a : _b;
            to.Receive(new Datagram(isToA ? B : A, isToA ? A : B, _wire[slot].AsSpan(0, length)), _now);
            to.Timeout(_now);
            Drain(to, !isToA);
            while (_inFlight.Count < 128 && _a.TrySendData(_payload, _now)) { Drain(_a, isToA: false); }
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
            Use = PathUse.Data,
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
