using Punch.Protocol.Paths;

namespace Punch.Protocol.Session;

/// <summary>
/// When the next message over the open path is due: a short fixed ladder until both sides have their proof, then random waits.
/// </summary>
internal struct SendSchedule(TimeSpan interval, ulong seed)
{
    /// <summary>The longest wait until both sides have their proof: a peer that starts meanwhile is met within a second.</summary>
    public static readonly TimeSpan LongestUnsettled = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Waiting in the upper part of that second leaves room for the clock slots: together they send as much as waits of 0 to 1 s.
    /// </summary>
    private const double ShortestUnsettledShare = 0.8;

    /// <summary>The pause of a flood when nothing comes back, as with ping -f: 100 messages a second.</summary>
    private static readonly TimeSpan FloodPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Keeps a random wait of nothing from spinning the driver.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private SplitMix64 _random = new(seed);
    private Instant _ladderStart;
    private int _rung = ProbeLadder.Rungs.Length;

    /// <summary>When the next message is due.</summary>
    public Instant Next { get; private set; }

    /// <summary>When the last message went out.</summary>
    public Instant SentAt { get; private set; }

    /// <summary>The waits between tries where no path is open yet.</summary>
    public static (TimeSpan Shortest, TimeSpan Longest) UnsettledWaits(TimeSpan interval)
    {
        if (interval == TimeSpan.Zero) { return (FloodPause, FloodPause); }

        TimeSpan longest = interval < LongestUnsettled ? interval : LongestUnsettled;
        TimeSpan shortest = longest * ShortestUnsettledShare;
        return (shortest < ShortestWait ? ShortestWait : shortest, longest < ShortestWait ? ShortestWait : longest);
    }

    /// <summary>Begins the ladder: the first message is due now.</summary>
    public void Begin(Instant now)
    {
        _ladderStart = now;
        _rung = 0;
        Next = now;
    }

    /// <summary>Notes that a message goes out now and sets when the next one is due.</summary>
    /// <param name="now">Now.</param>
    /// <param name="isSettled">Whether both sides have their proof.</param>
    /// <param name="quiet">With nothing to say: the waits that keep the path open; null for the interval.</param>
    public void Advance(Instant now, bool isSettled, TimeSpan? quiet)
    {
        SentAt = now;
        while (!isSettled && _rung < ProbeLadder.Rungs.Length && _ladderStart + ProbeLadder.Rungs[_rung] <= now) { _rung++; }

        bool isOnLadder = !isSettled && _rung < ProbeLadder.Rungs.Length;
        Next = isOnLadder ? _ladderStart + ProbeLadder.Rungs[_rung] : now + Wait(isSettled, quiet);
    }

    private TimeSpan Wait(bool isSettled, TimeSpan? quiet)
    {
        if (!isSettled)
        {
            (TimeSpan shortest, TimeSpan longest) = UnsettledWaits(interval);
            return shortest + _random.NextDuration(longest - shortest);
        }

        if (quiet is { } pause) { return (pause * ShortestUnsettledShare) + _random.NextDuration(pause * (1 - ShortestUnsettledShare)); }

        if (interval == TimeSpan.Zero) { return FloodPause; }

        TimeSpan wait = _random.NextDuration(interval);
        return wait < ShortestWait ? ShortestWait : wait;
    }
}
