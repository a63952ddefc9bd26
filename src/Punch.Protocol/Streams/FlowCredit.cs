namespace Punch.Protocol.Streams;

/// <summary>
/// How many bytes the peer may send in all: RFC 9000 §4. Credit is given for bytes that the program took, so that a slow program slows its
/// peer down. The window doubles while the peer uses it up within two round trips.
/// </summary>
/// <param name="first">The first window in bytes. Both sides know it without a word.</param>
/// <param name="most">The largest window in bytes.</param>
internal sealed class FlowCredit(ulong first, ulong most)
{
    /// <summary>The first window of a stream.</summary>
    public const ulong FirstOfStream = 256 << 10;

    /// <summary>The largest window of a stream.</summary>
    public const ulong MostOfStream = 8 << 20;

    /// <summary>The first window of all streams together.</summary>
    public const ulong FirstOfSession = 1 << 20;

    /// <summary>The largest window of all streams together.</summary>
    public const ulong MostOfSession = 16 << 20;

    private ulong _window = first;
    private Instant? _raisedAt;

    /// <summary>The bytes that the peer may send in all.</summary>
    public ulong Limit { get; private set; } = first;

    /// <summary>Whether the program has taken so much that a new limit should be told.</summary>
    public bool IsRaiseDue(ulong taken) => Limit - taken <= _window / 2;

    /// <summary>Raises the limit.</summary>
    /// <param name="taken">The bytes that the program has taken.</param>
    /// <param name="roundTrip">The round trip to the peer.</param>
    /// <param name="now">The current time.</param>
    public void Raise(ulong taken, TimeSpan roundTrip, Instant now)
    {
        bool isUsedUpQuickly = now - _raisedAt < roundTrip * 2;
        if (isUsedUpQuickly) { _window = Math.Min(most, _window * 2); }

        _raisedAt = now;
        Limit = Math.Max(Limit, taken + _window);
    }
}
