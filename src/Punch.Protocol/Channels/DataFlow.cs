using Punch.Protocol.Text;

namespace Punch.Protocol.Channels;

/// <summary>
/// Counts the data between two sessions, and limits how much may be under way. Each message has the numbers of data datagrams that its
/// sender has sent and taken. A message that confirms another one therefore shows what arrived of the data sent before that one. So loss
/// shows without numbers in the data. The window follows the loss as in RFC 5681, counted in datagrams. But lost data is not resent here.
/// So the window also stops growing when the round trip grows, because then a queue fills up somewhere. The window is spread over the round
/// trip.
/// </summary>
internal sealed class DataFlow
{
    /// <summary>The first window, in datagrams: what most receive buffers can hold.</summary>
    public const int FirstWindow = 32;

    /// <summary>The smallest window. Below it a path is useless, and messages would be most of its traffic.</summary>
    public const int ShortestWindow = 8;

    /// <summary>
    /// The datagrams that may be under way on any round trip. A Linux receive buffer of 208 KiB holds 92 datagrams of 1,200 bytes. So over
    /// loopback or a quick LAN, a receiver that the system does not schedule loses nothing.
    /// </summary>
    public const int LongestBurst = 64;

    /// <summary>The addition for a long round trip, in datagrams a second: 24 MB/s with datagrams of 1,200 bytes.</summary>
    private const int LongestRate = 20_000;

    private const int LongestWindow = 4096;

    /// <summary>How many data datagrams are sent for each message that asks for a reply.</summary>
    private const int AskEvery = 16;

    /// <summary>The most datagrams sent at once. A driver that wakes each millisecond has to make up for that many.</summary>
    private const int Burst = 32;

    /// <summary>
    /// How much quicker than one window a round trip the data is paced, so that the window and not the pace is the limit.
    /// </summary>
    private const double PaceGain = 1.25;

    /// <summary>A round trip that varies by less than this shows nothing about queues: other programs had the processor.</summary>
    private static readonly TimeSpan UsualDelay = TimeSpan.FromMilliseconds(10);

    private readonly (uint Sequence, Volume Sent)[] _marks = new (uint, Volume)[1024];
    private double _window = FirstWindow;
    private double _threshold = double.MaxValue;
    private long _recoveredAt;
    private Volume _sent;
    private Volume _arrived;
    private long _mostMissing;
    private (double Window, double Threshold, long Missing) _former = (0, 0, -1);
    private long _unasked;
    private TimeSpan _roundTrip;
    private Instant _due;

    /// <summary>Datagrams of data sent to this peer.</summary>
    public long Sent => _sent.Datagrams;

    /// <summary>Sent data that no message has reported on yet.</summary>
    public Volume Unconfirmed => _sent - _arrived;

    /// <summary>Datagrams of data received from this peer.</summary>
    public long Taken { get; private set; }

    /// <summary>The newest counts from this peer; null if it carries no data.</summary>
    public DataCount? PeerCount { get; private set; }

    /// <summary>Whether the peer has no room for data.</summary>
    public bool IsPeerFull { get; private set; }

    /// <summary>Data of this side that the peer should have, and how much of it never came.</summary>
    public Loss Outbound { get; private set; }

    /// <summary>The peer's data that should have come, and how much of it is missing.</summary>
    public Loss Inbound => PeerCount is { } count ? new Loss(count.Sent, Math.Max(0, count.Sent - Taken)) : default;

    /// <summary>Whether more arrived than was sent, in any direction.</summary>
    public bool IsSurplus => PeerCount is { } count && (count.Taken > Sent || Taken > count.Sent);

    /// <summary>
    /// Whether the window is full, with the waiting datagrams included. A peer that does not count gets data as fast as the system sends
    /// it.
    /// </summary>
    public bool IsBlocked(int waiting) => PeerCount is not null && (IsPeerFull || Sent + waiting - _arrived.Datagrams >= (long)_window);

    /// <summary>Whether the next datagram has to wait until <paramref name="due"/> because of the pace.</summary>
    public bool IsAheadOfPace(Instant now, out Instant due)
    {
        due = _due;
        return PeerCount is not null && now < _due;
    }

    /// <summary>Counts a datagram taken for sending. Returns whether to ask the peer for its counts.</summary>
    public bool NoteAccepted(Instant now)
    {
        TimeSpan gap = _roundTrip / (_window * PaceGain);
        Instant earliest = now - (gap * Burst);
        _due = (_due < earliest ? earliest : _due) + gap;
        _unasked++;
        if (_unasked < Math.Min(AskEvery, _window / 4)) { return false; }

        _unasked = 0;
        return true;
    }

    public void NoteSent(int bytes) => _sent = _sent.And(bytes);

    public void NoteTaken() => Taken++;

    /// <summary>Notes that all data sent so far went before the message with this number. Returns the counts for that message.</summary>
    public DataCount Mark(uint sequence)
    {
        _marks[sequence % _marks.Length] = (sequence, _sent);
        return new DataCount(Sent, Taken);
    }

    /// <summary>Takes in a message.</summary>
    /// <param name="count">The peer's counts.</param>
    /// <param name="isFull">Whether it has no room.</param>
    /// <param name="confirmed">This side's newest message that the peer has seen.</param>
    /// <param name="last">The last measured round trip.</param>
    /// <param name="shortest">The shortest measured round trip.</param>
    public void Receive(DataCount count, bool isFull, uint confirmed, TimeSpan last, TimeSpan shortest)
    {
        PeerCount = count;
        _roundTrip = shortest;
        IsPeerFull = isFull;
        (uint sequence, Volume mark) = _marks[confirmed % _marks.Length];
        long sent = mark.Datagrams;
        if (sequence != confirmed || sent < _arrived.Datagrams) { return; }

        long arrived = sent - _arrived.Datagrams;
        _arrived = mark;
        long lost = Math.Max(0, sent - count.Taken);
        if (arrived == 0)
        {
            // Missing data came late.
            Outbound = lost < Outbound.Lost ? Outbound with { Lost = lost } : Outbound;
            return;
        }

        // More than ever before. Data that is missing now and there a moment later was only reordered, and that will happen again.
        bool isLossNew = lost > _mostMissing;
        if (isLossNew && sent > _recoveredAt) { _former = (_window, _threshold, _mostMissing); }

        if (lost <= _former.Missing) { Restore(); }

        _mostMissing = Math.Max(_mostMissing, lost);
        Outbound = new Loss(sent, lost);
        if (!isLossNew) { Grow(arrived, last - shortest); }
        else if (sent > _recoveredAt) { Shrink(); }
    }

    // RFC 5681 §3.1, but half as fast: below the threshold it grows by one for every two datagrams that arrived, above it by one each round
    // trip.
    private void Grow(long arrived, TimeSpan delay)
    {
        TimeSpan quarter = _roundTrip / 4;
        if (delay > (quarter > UsualDelay ? quarter : UsualDelay))
        {
            _threshold = Math.Min(_threshold, _window);
            return;
        }

        double longest = Math.Min(LongestWindow, LongestBurst + (_roundTrip.TotalSeconds * LongestRate));
        _window = Math.Min(longest, _window + (_window < _threshold ? arrived / 2.0 : arrived / _window));
    }

    // RFC 4015 §3.2: nothing was lost after all.
    private void Restore()
    {
        _window = Math.Max(_window, _former.Window);
        _threshold = Math.Max(_threshold, _former.Threshold);
        _former.Missing = -1;
    }

    // Once for all data that was under way when the loss showed.
    private void Shrink()
    {
        _threshold = Math.Max(ShortestWindow, _window / 2);
        _window = _threshold;
        _recoveredAt = Sent;
    }
}
