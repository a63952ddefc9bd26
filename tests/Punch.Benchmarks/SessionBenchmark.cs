using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Benchmarks;

/// <summary>Two sessions that flood each other in memory: the rules alone, without a socket.</summary>
internal static class SessionBenchmark
{
    private const int Swaps = 1_000_000;

    public static Table Run()
    {
        var table = new Table("Session, flood in memory (one core)", "what", "datagrams a second", "bytes allocated a datagram");
        var pair = new Pair();
        pair.Swap(10_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        double seconds = Measure.Median(Enumerable.Range(0, 5).Select(_ => Measure.Time(() => pair.Swap(Swaps)).TotalSeconds).ToArray());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        table.Row("two sessions", Measure.Thousands(Swaps / seconds), Measure.Ratio(allocated / (5.0 * Swaps)));
        return table;
    }

    private sealed class Pair
    {
        private static readonly TransportAddress A = TransportAddress.Parse("192.0.2.1:6311");
        private static readonly TransportAddress B = TransportAddress.Parse("192.0.2.2:6311");

        private readonly byte[] _buffer = new byte[65_535];
        private readonly Queue<(bool ToA, int Length)> _inFlight = new();
        private readonly byte[][] _slots = [.. Enumerable.Range(0, 64).Select(_ => new byte[256])];
        private readonly PeerSession _a;
        private readonly PeerSession _b;
        private Instant _now = Instant.Zero;
        private int _next;
        private int _first;

        public Pair()
        {
            _a = Session(1, A, B);
            _b = Session(2, B, A);
            Drain(_a, false);
            Drain(_b, true);
        }

        public void Swap(int datagrams)
        {
            for (int i = 0; i < datagrams; i++)
            {
                (bool toA, int length) = _inFlight.Dequeue();
                byte[] slot = _slots[_first++ % _slots.Length];
                _first %= _slots.Length;
                _now += TimeSpan.FromMicroseconds(5);
                PeerSession to = toA ? _a : _b;
                to.Receive(new Datagram(toA ? B : A, toA ? A : B, slot.AsSpan(0, length)), _now);
                Drain(to, !toA);
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

        private void Drain(PeerSession session, bool toA)
        {
            while (session.TryTransmit(_buffer, out Transmit transmit))
            {
                _buffer.AsSpan(0, transmit.Length).CopyTo(_slots[_next++ % _slots.Length]);
                _next %= _slots.Length;
                _inFlight.Enqueue((toA, transmit.Length));
            }

            while (session.TryEvent(out _)) { }
        }
    }
}
