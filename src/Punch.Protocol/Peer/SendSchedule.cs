namespace Punch.Protocol.Peer;

/// <summary>When the next message is due: a short fixed ladder, then random waits.</summary>
internal struct SendSchedule(TimeSpan interval, ulong seed)
{
    // DESIGN.md section 5: late starters are met within their first round trip, lost messages are made up for soon.
    private static readonly TimeSpan[] Ladder = [.. new[] { 0, 20, 50, 100, 200, 400, 800 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    /// <summary>The longest wait until both sides have their proof: a peer that starts meanwhile is met within a second.</summary>
    private static readonly TimeSpan LongestUnsettled = TimeSpan.FromSeconds(1);

    /// <summary>Waiting in the upper part of that second leaves room for the slots: together they send no more than waits of 0 to 1 s did.</summary>
    private const double ShortestUnsettledShare = 0.8;

    /// <summary>The pause of a flood when nothing comes back, as with ping -f: 100 messages a second.</summary>
    private static readonly TimeSpan FloodPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Keeps a random wait of nothing from spinning the driver.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private SplitMix64 _random = new(seed);
    private Instant _ladderStart;
    private int _rung = Ladder.Length;

    /// <summary>When the next message is due.</summary>
    public Instant Next { get; private set; }

    /// <summary>When the last message went out.</summary>
    public Instant SentAt { get; private set; }

    /// <summary>Begins the ladder: the first message is due now.</summary>
    public void Begin(Instant now)
    {
        _ladderStart = now;
        _rung = 0;
        Next = now;
    }

    /// <summary>Says that a message goes out now and sets when the next one is due: soon, until both sides have their proof.</summary>
    public void Advance(Instant now, bool isSettled)
    {
        SentAt = now;
        while (!isSettled && _rung < Ladder.Length && _ladderStart + Ladder[_rung] <= now) { _rung++; }

        Next = !isSettled && _rung < Ladder.Length ? _ladderStart + Ladder[_rung] : now + Wait(isSettled);
    }

    private TimeSpan Wait(bool isSettled)
    {
        if (interval == TimeSpan.Zero) { return FloodPause; }

        TimeSpan longest = isSettled || interval < LongestUnsettled ? interval : LongestUnsettled;
        TimeSpan shortest = isSettled ? TimeSpan.Zero : longest * ShortestUnsettledShare;
        TimeSpan wait = shortest + _random.NextDuration(longest - shortest);
        return wait < ShortestWait ? ShortestWait : wait;
    }
}
