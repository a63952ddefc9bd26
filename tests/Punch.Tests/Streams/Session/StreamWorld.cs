using Punch.Protocol.Streams;

namespace Punch.Tests.Streams.Session;

/// <summary>Two stream sessions in virtual time, with a line between them.</summary>
internal sealed class StreamWorld
{
    // A session that asks to be called at once, again and again, would hang the test.
    private const int MostSteps = 20;

    private readonly StreamLink _link;
    private readonly PriorityQueue<StreamFlight, (long, long)> _flying = new();
    private readonly PriorityQueue<Action<Instant>, (long, long)> _scheduled = new();
    private readonly byte[] _buffer = new byte[65_535];
    private readonly Instant[] _free = new Instant[2];
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

    /// <summary>How many packets each side sent.</summary>
    public int[] Packets { get; } = new int[2];

    public long Steps { get; private set; }

    /// <summary>Claims that must always hold; called after each step.</summary>
    public Action<StreamWorld>? Check { get; init; }

    public void At(TimeSpan time, Action<Instant> action) => _scheduled.Enqueue(action, (time.Ticks, _order++));

    /// <summary>Whatever is under way is lost.</summary>
    public void DropFlying() => _flying.Clear();

    /// <summary>Runs until both are done or a time; false if they are not done then.</summary>
    public bool Run(TimeSpan limit)
    {
        while (true)
        {
            Settle();
            Check?.Invoke(this);
            if (Sides.All(side => side.IsGone || side.Session.State == StreamSessionState.Closed)) { return true; }

            if (NextEvent() is not { } next || next > Instant.At(limit)) { return false; }

            _standing = next > Now ? 0 : _standing + 1;
            if (_standing > MostSteps) { throw new InvalidOperationException($"time stands still at {Now}"); }

            Steps++;
            Now = next > Now ? next : Now;
            Step();
        }
    }

    private void Step()
    {
        while (_scheduled.TryPeek(out Action<Instant>? action, out (long At, long) due) && due.At <= Now.Ticks)
        {
            _scheduled.Dequeue();
            action(Now);
        }

        while (_flying.TryPeek(out StreamFlight flight, out (long At, long) due) && due.At <= Now.Ticks)
        {
            _flying.Dequeue();
            Deliver(flight);
        }

        foreach (StreamSide side in Sides)
        {
            if (!side.IsGone) { side.Session.Timeout(Now); }
        }
    }

    private void Deliver(in StreamFlight flight)
    {
        StreamSide side = Sides[flight.To];

        // Frames under other keys do not open.
        if (side.IsGone || flight.Keys != side.Keys) { return; }

        if (flight.Body is not { } body)
        {
            side.Session.NoteFrame(flight.Number, Now);
            return;
        }

        side.Session.Receive(flight.Number, side.NextNumber == 0 ? 0 : side.NextNumber - 1, body, Now);
        Drain(flight.To);
    }

    private void Settle()
    {
        for (int i = 0; i < 2; i++)
        {
            if (Sides[i].IsGone) { continue; }

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

        foreach (StreamSide side in Sides)
        {
            if (!side.IsGone) { next = Instant.Earlier(next, Instant.Earlier(side.Session.NextTimeout, side.Next)); }
        }

        return next;
    }

    private void Drain(int from)
    {
        StreamSide side = Sides[from];
        while (side.Session.WritePacket(side.NextNumber, _buffer, Now) is > 0 and int length)
        {
            Carry(1 - from, _buffer.AsSpan(0, length).ToArray());

            // Probes and messages of the session around it count, too.
            if (_random.NextDouble() < _link.OtherFrames) { Carry(1 - from, body: null); }
        }
    }

    private void Carry(int to, byte[]? body)
    {
        StreamSide side = Sides[1 - to];
        ulong number = side.NextNumber++;
        int size = (body?.Length ?? 8) + StreamSide.Overhead;
        bool isLost = body is not null && _link.Loses(1 - to, Packets[1 - to]++);
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
            _flying.Enqueue(new StreamFlight(to, side.Keys, number, body), (arrives.Ticks, _order++));
        }
    }
}
