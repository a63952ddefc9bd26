namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// Finds a time so long that all packets sent in it were lost (RFC 9002 §7.6): the window of before means nothing any more.
/// </summary>
internal sealed class PersistentCongestion
{
    // RFC 9002 §7.6.1: kPersistentCongestionThreshold.
    private const int Threshold = 3;

    private Instant _from;
    private Instant _to;
    private long _next = -1;
    private Instant? _countsFrom;

    /// <summary>Takes note of the first round trip: packets sent before it do not count (RFC 9002 §7.6.2).</summary>
    public void NoteRoundTrip(Instant now) => _countsFrom ??= now;

    /// <summary>Begins again: packets sent until now do not count.</summary>
    public void Reset(Instant? countsFrom)
    {
        _countsFrom = countsFrom;
        _next = -1;
    }

    /// <summary>
    /// Takes note of a lost packet. Losses without a gap between them make one span; a gap is a packet that arrived or is still in flight.
    /// </summary>
    public void Lose(in SentPacket packet, long ordinal)
    {
        bool goesOn = ordinal == _next;
        bool counts = packet.IsAckEliciting && !packet.IsMtuProbe && packet.SentAt > _countsFrom;
        if (counts)
        {
            _from = goesOn ? _from : packet.SentAt;
            _to = packet.SentAt;
            _next = ordinal + 1;
        }
        else if (goesOn) { _next++; }
    }

    /// <summary>Whether the span is long enough. It is true once for a span.</summary>
    public bool TryTake(TimeSpan probeTimeout)
    {
        if (_next < 0 || _to - _from <= probeTimeout * Threshold) { return false; }

        _next = -1;
        _from = _to;
        return true;
    }
}
