using Punch.Protocol.Streams;

namespace Punch.Tests.Streams.Session;

/// <summary>Two stream sessions in virtual time, with a line between them.</summary>
internal sealed class StreamWorld
{
    private readonly StreamLink _link;
    private readonly PriorityQueue<(int To, ulong Number, byte[] Body), (long, long)> _flying = new();
    private readonly PriorityQueue<Action<Instant>, (long, long)> _scheduled = new();
    private readonly byte[] _buffer = new byte[65_535];
    private readonly Instant[] _free = new Instant[2];
    private readonly int[] _packets = new int[2];
    // A session that asks to be called at once, again and again, would hang the test.
    private const int MostSteps = 10_000;

    private SplitMix64 _random;
    private int _standing;
    private long _order;

    public StreamWorld(StreamLink link, StreamSide first, StreamSide second, ulong seed)
    {
        _link = link;
        _random = new SplitMix64(seed);
        Sides = [first, second];
        first.Peer = second;
        second.Peer = first;
        foreach (StreamSide side in Sides) { side.Session.UsePath(isSameNetwork: false, link.Delay * 2, Now); }
    }

    public StreamSide[] Sides { get; }

    public Instant Now { get; private set; } = Instant.Zero;

    public int[] Packets => _packets;

    /// <summary>Whether a side is gone: its process was killed.</summary>
    public bool[] IsGone { get; } = new bool[2];

    public void At(TimeSpan time, Action<Instant> action) => _scheduled.Enqueue(action, (time.Ticks, _order++));

    /// <summary>Runs until both are done or a time; false if they are not done then.</summary>
    public bool Run(TimeSpan limit)
    {
        while (true)
        {
            Settle();
            if (Sides.All(side => side.Session.State == StreamSessionState.Closed)) { return true; }

            if (NextEvent() is not { } next || next > Instant.At(limit)) { return false; }

            _standing = next > Now ? 0 : _standing + 1;
            if (_standing > MostSteps) { throw new InvalidOperationException($"time stands still at {Now}: " + string.Join("; ", Sides.Select(s => $"{s.Session.NextTimeout} {s.Session.Recovery.NextTimeout} {s.Session.Recovery.NextSend} {s.Session.Recovery.ProbesDue} {s.Session.Recovery.BytesInFlight} {s.Session.Recovery.Window} {s.Next}"))); }

            Now = next > Now ? next : Now;
            while (_scheduled.TryPeek(out Action<Instant>? action, out (long At, long) due) && due.At <= Now.Ticks)
            {
                _scheduled.Dequeue();
                action(Now);
            }

            while (_flying.TryPeek(out (int To, ulong Number, byte[] Body) packet, out (long At, long) due) && due.At <= Now.Ticks)
            {
                _flying.Dequeue();
                StreamSide side = Sides[packet.To];
                if (IsGone[packet.To]) { continue; }

                side.Session.Receive(packet.Number, side.NextNumber == 0 ? 0 : side.NextNumber - 1, packet.Body, Now);
                Drain(packet.To);
            }

            for (int i = 0; i < 2; i++) { Sides[i].Session.Timeout(Now); }
        }
    }

    private void Settle()
    {
        for (int i = 0; i < 2; i++)
        {
            if (IsGone[i]) { continue; }

            Sides[i].Pump(Now);
            if (Sides[i].Session.MayGo(Now)) { Sides[i].Session.Close(StreamError.None); }

            Drain(i);
        }
    }

    private Instant? NextEvent()
    {
        Instant? next = null;
        if (_flying.TryPeek(out _, out (long At, long) flight)) { next = new Instant(flight.At); }

        if (_scheduled.TryPeek(out _, out (long At, long) due)) { next = Instant.Earlier(next, new Instant(due.At)); }

        for (int i = 0; i < 2; i++)
        {
            if (IsGone[i]) { continue; }

            next = Instant.Earlier(next, Instant.Earlier(Sides[i].Session.NextTimeout, Sides[i].Next));
        }

        return next;
    }

    private void Drain(int from)
    {
        StreamSide side = Sides[from];
        while (side.Session.WritePacket(side.NextNumber, _buffer, Now) is > 0 and int length)
        {
            Carry(1 - from, side.NextNumber++, _buffer.AsSpan(0, length).ToArray());
        }
    }

    private void Carry(int to, ulong number, byte[] body)
    {
        int size = body.Length + StreamSide.Overhead;
        bool isLost = _link.Loses(1 - to, _packets[1 - to]++);
        isLost |= _random.NextDouble() < _link.Loss || size > _link.Mtu(Now) || _link.IsDown(Now);
        Instant leaves = Now;
        if (_link.Rate > 0)
        {
            Instant free = _free[to] > Now ? _free[to] : Now;
            isLost |= (free - Now).TotalSeconds * _link.Rate + size > _link.Queue;
            if (!isLost) { _free[to] = leaves = free + TimeSpan.FromSeconds(size / _link.Rate); }
        }

        if (isLost) { return; }

        int copies = _random.NextDouble() < _link.Duplication ? 2 : 1;
        for (; copies > 0; copies--)
        {
            Instant arrives = leaves + _link.Delay + _random.NextDuration(_link.Jitter);
            _flying.Enqueue((to, number, body), (arrives.Ticks, _order++));
        }
    }
}
