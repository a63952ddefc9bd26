namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// How late a packet may be before it is taken for lost (RFC 9002 §6.1). Both thresholds grow with the reordering that was seen, as RFC
/// 9002 §6.1.1 and RFC 8985 §6.2 allow. They fall back when it does not come again.
/// </summary>
internal sealed class ReorderingThresholds
{
    // RFC 9002 §6.1.1: kPacketThreshold.
    private const int LeastPackets = 3;

    // RFC 9002 §6.1.2: kTimeThreshold is 9/8. Twice the round trip is what RFC 8985 §6.2 allows at most.
    private const int LeastEighths = 9;
    private const int MostEighths = 16;

    // RFC 8985 §6.2 step 4: the wider window lasts for 16 recoveries.
    private const int LastsReductions = 16;

    private int _packets = LeastPackets;
    private int _eighths = LeastEighths;
    private int _reductionsLeft;

    /// <summary>
    /// How many packets sent later must have arrived. A window is the most: more would leave only the time. Half a window is too little for
    /// the packets of a burst.
    /// </summary>
    public int Packets(long windowPackets) => (int)Math.Min(_packets, Math.Max(LeastPackets, windowPackets));

    /// <summary>How long after it was sent a packet is late.</summary>
    public TimeSpan Delay(RoundTripEstimate roundTrip)
    {
        TimeSpan longer = roundTrip.Latest > roundTrip.Smoothed ? roundTrip.Latest : roundTrip.Smoothed;
        TimeSpan delay = longer * _eighths / 8;
        return delay > RoundTripEstimate.Granularity ? delay : RoundTripEstimate.Granularity;
    }

    /// <summary>Takes note of a packet that was taken for lost, but came after <paramref name="overtaken"/> packets sent later.</summary>
    public void NoteSpurious(long overtaken, bool wasByTime)
    {
        _reductionsLeft = LastsReductions;
        _packets = (int)Math.Max(_packets, Math.Min(overtaken + 1, SentPacketTable.Limit));
        if (wasByTime) { _eighths = Math.Min(_eighths + 1, MostEighths); }
    }

    /// <summary>Takes note of a reduction of the window.</summary>
    public void NoteReduction()
    {
        if (_reductionsLeft > 0 && --_reductionsLeft == 0) { Reset(); }
    }

    /// <summary>Forgets what was seen: the path is new.</summary>
    public void Reset() => (_packets, _eighths, _reductionsLeft) = (LeastPackets, LeastEighths, 0);
}
