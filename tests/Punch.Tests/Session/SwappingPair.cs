#pragma warning disable IDE0005 // The benchmarks compile this file, too, without the global usings.
using Punch.Protocol;
using Punch.Protocol.Channels;
using Punch.Protocol.Session;

namespace Punch.Tests.Session;

/// <summary>Two sessions in memory that process one datagram after the other, at a fixed pace.</summary>
internal sealed class SwappingPair
{
    private const int Slots = 256;

    // The bytes in front of data if the wire has no numbers.
    private const int Header = 8;

    private static readonly TransportAddress A = TransportAddress.Parse("192.0.2.1:6311");
    private static readonly TransportAddress B = TransportAddress.Parse("192.0.2.2:6311");

    private readonly byte[] _buffer = new byte[65_535];
    private readonly byte[] _payload = new byte[IDataPath.MaxLength];
    private readonly byte[][] _wire = [.. Enumerable.Range(0, Slots).Select(_ => new byte[IDataPath.MaxLength + Header])];
    private readonly Queue<(bool IsToA, int Slot, int Length)> _inFlight = new(Slots);
    private readonly PathUse _use;
    private readonly TimeSpan _pace;
    private readonly PeerSession _a;
    private readonly PeerSession _b;
    private Instant _now = Instant.Zero;
    private int _slot;

    private SwappingPair(PathUse use, TimeSpan interval, TimeSpan pace)
    {
        _use = use;
        _pace = pace;
        _a = Session(1, A, B, use, interval);
        _b = Session(2, B, A, use, interval);
        Drain(_a, isToA: false);
        Drain(_b, isToA: true);
    }

    public bool AreOpen => _a.Path?.Remote == B && _b.Path?.Remote == A;

    public long Received => _b.Statistics.DataReceived.Datagrams;

    public long Lost => _a.Statistics.DataOutbound.Lost;

    /// <summary>Each message is answered by the next.</summary>
    public static SwappingPair Flooding() => new(PathUse.Messages, TimeSpan.Zero, TimeSpan.FromMicroseconds(10));

    /// <summary>One side sends data as fast as the other takes it.</summary>
    public static SwappingPair Flowing() => new(PathUse.Data, TimeSpan.FromSeconds(3), TimeSpan.FromMicroseconds(1));

    public void Swap(int datagrams)
    {
        for (int i = 0; i < datagrams; i++)
        {
            (bool isToA, int slot, int length) = _inFlight.Dequeue();
            _now += _pace;
            PeerSession to = isToA ? _a : _b;
            to.Receive(new Datagram(isToA ? B : A, isToA ? A : B, _wire[slot].AsSpan(0, length)), _now);
            to.Timeout(_now);
            Drain(to, !isToA);
            if (_use == PathUse.Data) { SendData(); }
        }
    }

    private static PeerSession Session(ulong id, TransportAddress local, TransportAddress remote, PathUse use, TimeSpan interval) => new(
        new SessionOptions
        {
            Target = new SessionTarget.NamedHost { Remotes = [remote] },
            Locals = [local],
            Id = id,
            Seed = id,
            WallClock = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.Zero),
            Interval = interval,
            Use = use,
        },
        Instant.Zero);

    private void SendData()
    {
        while (_inFlight.Count < Slots / 2 && _a.TrySendData(_payload, _now)) { Drain(_a, isToA: false); }
    }

    private void Drain(PeerSession session, bool isToA)
    {
        while (session.TryTransmit(_buffer, out Transmit transmit))
        {
            _slot = (_slot + 1) % Slots;
            _buffer.AsSpan(0, transmit.Length).CopyTo(_wire[_slot]);
            _inFlight.Enqueue((isToA, _slot, transmit.Length));
        }

        while (session.TryEvent(out _)) { }
    }
}
