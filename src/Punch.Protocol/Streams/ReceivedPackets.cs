namespace Punch.Protocol.Streams;

/// <summary>
/// What came from the peer, and when that is acknowledged: RFC 9000 §13.2. The numbers are those of all sealed frames, so that frames
/// without streams leave no gaps.
/// </summary>
internal sealed class ReceivedPackets
{
    /// <summary>The most ranges that are kept, and named in an acknowledgement. The oldest are forgotten first.</summary>
    public const int MaxRanges = 32;

    /// <summary>The longest that an acknowledgement waits for others.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(25);

    private const int AcknowledgeAfter = 2;

    // RFC 9000 §13.2.4: a side that only receives learns that its acknowledgements came if it asks for an acknowledgement now and then.
    private const int AskAfter = 32;

    private readonly RangeSet _numbers = new();
    private Instant _largestAt;
    private ulong? _newestEliciting;
    private int _unacknowledged;
    private int _unconfirmed;
    private bool _isDueAtOnce;
    private Instant? _dueAt;

    /// <summary>When an acknowledgement is due; null while none is.</summary>
    public Instant? DueAt => _isDueAtOnce || _unacknowledged >= AcknowledgeAfter ? Instant.Zero : _dueAt;

    /// <summary>Whether packets came that were never acknowledged.</summary>
    public bool HasNews => _unacknowledged > 0;

    /// <summary>Whether the next acknowledgement should ask for one itself, so that old ranges can be forgotten.</summary>
    public bool WantsAnswer => _unconfirmed >= AskAfter && _numbers.Count > 1;

    private ulong Largest => _numbers[_numbers.Count - 1].Largest;

    /// <summary>Whether an acknowledgement is due now.</summary>
    public bool IsDue(Instant now) => DueAt <= now;

    /// <summary>Notes a frame that opened, whatever it held.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="need">How soon it wants to be acknowledged.</param>
    /// <param name="delay">How long the acknowledgement may wait, at most <see cref="LongestDelay"/>.</param>
    /// <param name="now">The current time.</param>
    public void Note(ulong number, AckNeed need, TimeSpan delay, Instant now)
    {
        bool isNewest = _numbers.IsEmpty || number > Largest;
        _numbers.Add(number, number);
        if (_numbers.Count > MaxRanges) { _numbers.RemoveLowest(); }

        if (isNewest) { _largestAt = now; }

        if (need == AckNeed.None) { return; }

        _unacknowledged++;
        _isDueAtOnce |= need == AckNeed.AtOnce || IsOutOfOrder(number);
        _newestEliciting = Math.Max(_newestEliciting ?? 0, number);
        _dueAt ??= now + (delay < LongestDelay ? delay : LongestDelay);
    }

    /// <summary>Writes an acknowledgement, if there is room for it. Returns the largest number in it, or null.</summary>
    public ulong? Write(ref PacketWriter writer, Instant now)
    {
        if (_numbers.IsEmpty) { return null; }

        Span<PacketRange> ranges = stackalloc PacketRange[MaxRanges];
        int count = _numbers.Count;
        for (int i = 0; i < count; i++) { ranges[i] = _numbers[count - 1 - i]; }

        long delay = (now - _largestAt).Ticks / TimeSpan.TicksPerMicrosecond;
        if (!writer.TryWriteAck(ranges[..count], (ulong)Math.Max(0, delay))) { return null; }

        _unacknowledged = 0;
        _unconfirmed++;
        _isDueAtOnce = false;
        _dueAt = null;
        return Largest;
    }

    /// <summary>
    /// The peer knows what was acknowledged up to this number. Only what is far below is forgotten, because repeated numbers are refused
    /// elsewhere.
    /// </summary>
    public void Forget(ulong upTo)
    {
        _unconfirmed = 0;
        while (_numbers.Count > 1 && _numbers[0].Largest < upTo) { _numbers.RemoveLowest(); }
    }

    /// <summary>The peer counts from 0 again.</summary>
    public void Clear()
    {
        _numbers.Clear();
        _newestEliciting = null;
        _unacknowledged = 0;
        _unconfirmed = 0;
        _isDueAtOnce = false;
        _dueAt = null;
    }

    // RFC 9000 §13.2.1: one that is older than another, or with a gap between both.
    private bool IsOutOfOrder(ulong number) =>
        _newestEliciting is { } newest && (number < newest || _numbers[_numbers.Count - 1].Smallest > newest);
}
