namespace Punch.Protocol.Paths.Plans;

/// <summary>
/// A timetable that two sides share without a word: both read it off the wall clock. Each slot has a port pair of its own. At its
/// start a side primes: it opens its NAT with a datagram that dies before the peer's. Only when the peer must have primed, too,
/// does it send in earnest. So no packet ever meets a router that has not sent first, which a Linux router would hold against it
/// for half a minute (docs/nat-traversal.md#early-packets); and a slot that failed is over before its port comes round again.
/// </summary>
internal sealed class ClockSlots
{
    private readonly SlotTier _tier;
    private readonly Instant _epoch;
    private long _slot = long.MinValue;
    private int _step;

    /// <param name="tier">The timetable.</param>
    /// <param name="wallClock">The wall-clock time at <paramref name="now"/>.</param>
    /// <param name="now">Now.</param>
    /// <param name="first">Nothing is due before this.</param>
    public ClockSlots(SlotTier tier, DateTimeOffset wallClock, Instant now, Instant first)
    {
        _tier = tier;
        _epoch = now - new TimeSpan(wallClock.UtcTicks);
        Next = first;
    }

    /// <summary>When the next datagram of this timetable is due.</summary>
    public Instant Next { get; private set; }

    /// <summary>Takes the datagram that is due, if one is, and moves on.</summary>
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

        // Who enters when the peer already sends in earnest has met its packets before priming: this slot is lost.
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
/// <param name="Offset">How far the slot's port lies above the base port, on both sides.</param>
/// <param name="IsPrime">Whether it only opens the local NAT.</param>
/// <param name="Slot">The slot's number since the year 1, the same on both sides.</param>
internal readonly record struct SlotSend(int Offset, bool IsPrime, long Slot);

/// <summary>What one timetable is like.</summary>
/// <param name="Length">How long a slot is.</param>
/// <param name="EarnestAfter">When in the slot both sides must have primed: how far their clocks may be apart.</param>
/// <param name="Steps">When in the slot a datagram goes out.</param>
/// <param name="FirstOffset">How far its first port lies above the base port.</param>
/// <param name="Ports">How many ports it takes in turn.</param>
internal sealed record SlotTier(TimeSpan Length, TimeSpan EarnestAfter, IReadOnlyList<TimeSpan> Steps, int FirstOffset, int Ports)
{
    /// <summary>
    /// For clocks up to 2 s apart, as any that were ever set by the network are. Sixteen ports make a cycle of 64 s: twice the 30 s
    /// for which Linux remembers a packet that nobody answered.
    /// </summary>
    public static readonly SlotTier Short = new(Seconds(4), Seconds(2.2), [Seconds(0), Seconds(2.2), Seconds(3)], 1, 16);

    /// <summary>
    /// For clocks up to half a minute apart. A prime every 16 s keeps the local mapping alive; three ports make a cycle of 192 s.
    /// </summary>
    public static readonly SlotTier Long = new(
        Seconds(64), Seconds(32), [Seconds(0), Seconds(16), Seconds(32), Seconds(42), Seconds(52)], Short.FirstOffset + Short.Ports, 3);

    /// <summary>How far the highest slot port lies above the base port.</summary>
    public static int LastOffset => Long.FirstOffset + Long.Ports - 1;

    /// <summary>The port that lies this far above a base port; past the last one it goes on at 1024.</summary>
    public static ushort PortAt(ushort basePort, int offset)
    {
        int port = basePort + offset;
        return (ushort)(port <= ushort.MaxValue ? port : port - ushort.MaxValue - 1 + 1024);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
