namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// Spreads a window over its round trip (RFC 9002 §7.7) as a token bucket of bytes. A burst of 16 packets or 2 ms of the rate costs few
/// timers and few system calls, and fits the queues of routers.
/// </summary>
internal sealed class Pacer
{
    private const int BurstPackets = 16;

    // RFC 9002 §7.7 suggests 1.25. A window that doubles needs a rate of twice the last round's.
    private const double Gain = 1.25;
    private const double SlowStartGain = 2;

    private static readonly TimeSpan BurstTime = TimeSpan.FromMilliseconds(2);

    // A timer is later than this anyway.
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(1);

    // Over a shorter round trip the timer's error would be the limit, and the window is as small as a burst.
    private static readonly TimeSpan ShortestRoundTrip = TimeSpan.FromMilliseconds(1);

    private double _bytesPerTick;
    private double _burst;
    private double _credit;
    private Instant _filledAt;
    private bool _isWaiting;

    /// <summary>Whether the rate is limited at all.</summary>
    public bool IsLimited => _bytesPerTick > 0;

    /// <summary>When there is credit again; null if there is some now.</summary>
    public Instant? Next { get; private set; }

    /// <summary>Sets the rate after a change of the window or of the round trip.</summary>
    public void SetRate(long window, bool isSlowStart, TimeSpan roundTrip, int maxPacket, Instant now)
    {
        Fill(now);
        bool isLimited = roundTrip >= ShortestRoundTrip;
        _bytesPerTick = isLimited ? (isSlowStart ? SlowStartGain : Gain) * window / roundTrip.Ticks : 0;
        _burst = Math.Max((double)BurstPackets * maxPacket, _bytesPerTick * BurstTime.Ticks);
        if (!isLimited) { Reset(now); }
    }

    /// <summary>Begins with a full bucket.</summary>
    public void Reset(Instant now)
    {
        _credit = _burst;
        _filledAt = now;
        _isWaiting = false;
        Next = null;
    }

    /// <summary>Adds the credit of the time that passed. After that <see cref="Next"/> is null or later than now.</summary>
    public void Fill(Instant now)
    {
        if (now > _filledAt)
        {
            _credit = Math.Min(_burst, _credit + (_bytesPerTick * (now - _filledAt).Ticks));
            _filledAt = now;
        }

        if (!_isWaiting || now < Next) { return; }

        _isWaiting = false;
        Next = null;
    }

    /// <summary>How many bytes may go at once.</summary>
    public long Credit(Instant now)
    {
        if (!IsLimited) { return long.MaxValue; }

        Fill(now);
        return _isWaiting ? 0 : Math.Max(0, (long)_credit);
    }

    /// <summary>
    /// Whether a packet may go. A packet begins with any credit and leaves a debt, so the rate is exact. After that the pacer waits a
    /// millisecond at least, so that a fast sender wakes once for many packets.
    /// </summary>
    public bool MaySend(Instant now)
    {
        if (!IsLimited) { return true; }

        Fill(now);
        if (!_isWaiting && _credit > 0) { return true; }

        _isWaiting = true;
        double wanted = Math.Max(1, Math.Min(_bytesPerTick * Nap.Ticks, _burst / 2));
        double ticks = Math.Min((wanted - _credit) / _bytesPerTick, TimeSpan.TicksPerSecond);
        Next = now + TimeSpan.FromTicks(Math.Max(1, (long)Math.Ceiling(ticks)));
        return false;
    }

    /// <summary>Takes the bytes of a packet out of the bucket.</summary>
    public void NoteSent(int size, Instant now)
    {
        if (!IsLimited) { return; }

        Fill(now);
        _credit = Math.Max(_credit - size, -_burst);
    }
}
