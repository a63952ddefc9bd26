namespace Punch.Protocol.Paths.Plans;

/// <summary>
/// A timetable that two sides share without messages, because both read it off the wall clock. Each slot has a port pair of its own. At its
/// start a side primes: it opens its NAT with a datagram that expires before the peer's NAT. It sends in earnest only later, when the peer
/// must have primed, too. So a router never sees a packet before its own side has sent. Otherwise a Linux router would hold the packet
/// against the peer for half a minute (docs/nat-traversal.md#early-packets). A slot that failed is over before its port has its turn again.
/// </summary>
internal sealed class ClockSlots
{
    private readonly SlotTier _tier;
    private readonly Instant _epoch;
    private long _slot = long.MinValue;
    private int _step;

    /// <param name="tier">The timetable.</param>
    /// <param name="wallClock">The wall-clock time at <paramref name="now"/>.</param>
    /// <param name="now">The current time.</param>
    /// <param name="first">Nothing is due before this.</param>
    public ClockSlots(SlotTier tier, DateTimeOffset wallClock, Instant now, Instant first)
    {
        _tier = tier;
        _epoch = now - new TimeSpan(wallClock.UtcTicks);
        Next = first;
    }

    /// <summary>When the next datagram of this timetable is due.</summary>
    public Instant Next { get; private set; }

    /// <summary>Takes the due datagram, if there is one, and moves on.</summary>
    public bool TryTake(Instant now, out SlotSend send)
    {
        send = default;
        if (now < Next) { return false; }

        long slot = (now - _epoch).Ticks / _tier.Length.Ticks;
        Instant slotStart = _epoch + (_tier.Length * slot);
        bool isEntered = slot != _slot;
        if (isEntered)
        {
            _slot = slot;
            _step = 0;
        }

        // If this side enters the slot when the peer already sends in earnest, it has met the peer's packets before priming. This slot is
        // lost.
        bool isTooLate = isEntered && now - slotStart >= _tier.EarnestAfter;
        if (isTooLate) { _step = _tier.Steps.Count; }

        bool isDue = _step < _tier.Steps.Count;
        if (isDue)
        {
            send = new SlotSend(_tier.FirstOffset + (int)(slot % _tier.Ports), IsPrime: _tier.Steps[_step] < _tier.EarnestAfter, slot);
        }

        while (_step < _tier.Steps.Count && slotStart + _tier.Steps[_step] <= now) { _step++; }

        Instant due = _step < _tier.Steps.Count ? slotStart + _tier.Steps[_step] : slotStart + _tier.Length;
        Next = due;
        return isDue;
    }
}

/// <summary>A datagram of a timetable.</summary>
/// <param name="Offset">The distance of the slot's port from the base port, on both sides.</param>
/// <param name="IsPrime">Whether it only opens the local NAT.</param>
/// <param name="Slot">The slot's number since the year 1, the same on both sides.</param>
internal readonly record struct SlotSend(int Offset, bool IsPrime, long Slot);

/// <summary>The figures of a timetable.</summary>
/// <param name="Length">The length of a slot.</param>
/// <param name="EarnestAfter">The time in the slot when both sides must have primed. It limits the difference of their clocks.</param>
/// <param name="Steps">The times in the slot when a datagram is sent.</param>
/// <param name="FirstOffset">The distance of its first port from the base port.</param>
/// <param name="Ports">The number of ports that it takes in turn.</param>
internal sealed record SlotTier(TimeSpan Length, TimeSpan EarnestAfter, IReadOnlyList<TimeSpan> Steps, int FirstOffset, int Ports)
{
    /// <summary>
    /// For clocks up to 2 s apart, as all clocks set by the network are. Sixteen ports make a cycle of 64 s. That is twice the 30 s for
    /// which Linux remembers an unanswered packet.
    /// </summary>
    public static readonly SlotTier Short = new(Seconds(4), Seconds(2.2), [Seconds(0), Seconds(2.2), Seconds(3)], 1, 16);

    /// <summary>
    /// For clocks up to half a minute apart. A prime every 16 s keeps the local mapping alive. Three ports make a cycle of 192 s.
    /// </summary>
    public static readonly SlotTier Long = new(
        Seconds(64), Seconds(32), [Seconds(0), Seconds(16), Seconds(32), Seconds(42), Seconds(52)], Short.FirstOffset + Short.Ports, 3);

    /// <summary>The distance of the highest slot port from the base port.</summary>
    public static int LastOffset => Long.FirstOffset + Long.Ports - 1;

    /// <summary>The port this far above a base port. After the last port it continues at 1024.</summary>
    public static ushort PortAt(ushort basePort, int offset)
    {
        int port = basePort + offset;
        return (ushort)(port <= ushort.MaxValue ? port : port - ushort.MaxValue - 1 + 1024);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
