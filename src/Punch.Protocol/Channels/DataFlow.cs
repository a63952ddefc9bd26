using Punch.Protocol.Text;

namespace Punch.Protocol.Channels;

/// <summary>
/// The data between two sessions, counted, and how much of it may be under way. Each message says how many datagrams of data its sender
/// has sent and taken; a message that confirms another one thereby tells what arrived of all that was sent before that one. So loss shows
/// without a number in the data itself, and the window follows it as that of RFC 5681 does, counted in datagrams. But nothing here is
/// repeated when it is lost, so the window also stops to grow when the round trip does, since then a queue fills up somewhere, and is
/// spread over the round trip.
/// </summary>
internal sealed class DataFlow
{
    /// <summary>Begins with what most receive buffers hold.</summary>
    public const int FirstWindow = 32;

    /// <summary>Below this a path is no use, and messages would be most of its traffic.</summary>
    public const int ShortestWindow = 8;

    /// <summary>
    /// What may be under way without regard to the round trip: a Linux socket's receive buffer of 208 KiB holds 92 datagrams of 1,200
    /// bytes, so over loopback or a quick LAN a receiver that the system does not let run loses nothing.
    /// </summary>
    public const int LongestBurst = 64;

    /// <summary>What a long round trip adds to that: datagrams a second, 24 MB/s in datagrams of 1,200 bytes.</summary>
    private const int LongestRate = 20_000;

    private const int LongestWindow = 4096;

    /// <summary>A message that asks for an answer goes with every so many datagrams of data.</summary>
    private const int AskEvery = 16;

    /// <summary>How many may follow each other at once: the most that a driver that wakes each millisecond has to make up for.</summary>
    private const int Burst = 32;

    /// <summary>How much quicker than once a round trip the window goes out, so that it and not the pace is what limits.</summary>
    private const double PaceGain = 1.25;

    /// <summary>A round trip that varies by so much tells nothing of queues: other programs had their turn.</summary>
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

    /// <summary>Sent, without a message since that says what became of it.</summary>
    public Volume Unconfirmed => _sent - _arrived;

    /// <summary>Datagrams of data that came from it.</summary>
    public long Taken { get; private set; }

    /// <summary>What this peer said of its own counts; null as long as it carries no data.</summary>
    public DataCount? PeerCount { get; private set; }

    /// <summary>Whether the peer has no room.</summary>
    public bool IsPeerFull { get; private set; }

    /// <summary>Own data that the peer should have, and how much of it never came.</summary>
    public Loss Outbound { get; private set; }

    /// <summary>The peer's data that should have come, and how much of it is missing.</summary>
    public Loss Inbound => PeerCount is { } count ? new Loss(count.Sent, Math.Max(0, count.Sent - Taken)) : default;

    /// <summary>Whether more arrived than was sent, in any direction.</summary>
    public bool IsSurplus => PeerCount is { } count && (count.Taken > Sent || Taken > count.Sent);

    /// <summary>
    /// Whether as much is under way, with what waits for sending, as may be. A peer that does not count is sent to as fast as the system
    /// takes it.
    /// </summary>
    public bool IsBlocked(int waiting) => PeerCount is not null && (IsPeerFull || Sent + waiting - _arrived.Datagrams >= (long)_window);

    /// <summary>Whether so many went out lately that the next one has to wait until <paramref name="due"/>.</summary>
    public bool IsAheadOfPace(Instant now, out Instant due)
    {
        due = _due;
        return PeerCount is not null && now < _due;
    }

    /// <summary>Counts a datagram taken for sending. Returns whether the peer should be asked what came.</summary>
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

    /// <summary>Notes that all data sent so far went before the message with this number. Returns the counts for it.</summary>
    public DataCount Mark(uint sequence)
    {
        _marks[sequence % _marks.Length] = (sequence, _sent);
        return new DataCount(Sent, Taken);
    }

    /// <summary>Takes in a message.</summary>
    /// <param name="count">The peer's counts.</param>
    /// <param name="isFull">Whether it has no room.</param>
    /// <param name="confirmed">Our newest message that it has seen.</param>
    /// <param name="last">The round trip measured last.</param>
    /// <param name="shortest">The shortest one measured.</param>
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
            // What was missing has come late.
            Outbound = lost < Outbound.Lost ? Outbound with { Lost = lost } : Outbound;
            return;
        }

        // More than ever before: what is missing now and there a moment later was only overtaken, and will be so again.
        bool isLossNew = lost > _mostMissing;
        if (isLossNew && sent > _recoveredAt) { _former = (_window, _threshold, _mostMissing); }

        if (lost <= _former.Missing) { Restore(); }

        _mostMissing = Math.Max(_mostMissing, lost);
        Outbound = new Loss(sent, lost);
        if (!isLossNew) { Grow(arrived, last - shortest); }
        else if (sent > _recoveredAt) { Shrink(); }
    }

    // RFC 5681 §3.1, but half as quick: by one for every two datagrams that arrived below the threshold, then by one each round trip.
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

    // Once for all that was under way when the loss showed.
    private void Shrink()
    {
        _threshold = Math.Max(ShortestWindow, _window / 2);
        _window = _threshold;
        _recoveredAt = Sent;
    }
}
