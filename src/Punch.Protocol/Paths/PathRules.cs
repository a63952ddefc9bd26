namespace Punch.Protocol.Paths;

/// <summary>What differs between the ways of finding a path.</summary>
internal sealed record PathRules
{
    /// <summary>Which proven route becomes the path.</summary>
    public required PathSelection Selection { get; init; }

    /// <summary>The waits between probes of one address after its ladder: uniform from the first to the second.</summary>
    public required (TimeSpan Shortest, TimeSpan Longest) RetryPause { get; init; }

    /// <summary>How long after the last change addresses are tried that never replied; null without limit.</summary>
    public TimeSpan? TryingFor { get; init; }

    /// <summary>Probes to unproven addresses are held to this many at once and a second; null for addresses that the user named.</summary>
    public (int Burst, int PerSecond)? ProbeBudget { get; init; }

    /// <summary>How long an idle path goes without a sign of the peer before it is checked.</summary>
    public required TimeSpan IdlePause { get; init; }

    /// <summary>Whether there is an event for each address that is tried.</summary>
    public bool ReportsTries { get; init; }

    /// <summary>Whether each attempt begins with an empty datagram, as the original program's does.</summary>
    public bool OpensWithPunch { get; init; }
}

/// <summary>Which proven route becomes the path.</summary>
internal enum PathSelection
{
    /// <summary>The route that the peer's newest proof came by: a proof names no route of its own.</summary>
    FollowPeer,

    /// <summary>The route with the shortest round trip: each probe proves its own route.</summary>
    Quickest,
}
