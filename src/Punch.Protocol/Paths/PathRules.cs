namespace Punch.Protocol.Paths;

/// <summary>The differences between the two ways of finding a path.</summary>
internal sealed record PathRules
{
    /// <summary>Which proven route becomes the path.</summary>
    public required PathSelection Selection { get; init; }

    /// <summary>The shortest and longest wait between probes of one address after its ladder. The waits are uniform between them.</summary>
    public required (TimeSpan Shortest, TimeSpan Longest) RetryPause { get; init; }

    /// <summary>How long after the last change addresses are tried that never replied; null for no limit.</summary>
    public TimeSpan? TryingFor { get; init; }

    /// <summary>The most probes to unproven addresses, at once and a second; null for addresses that the user named.</summary>
    public (int Burst, int PerSecond)? ProbeBudget { get; init; }

    /// <summary>How long an idle path is silent before it is checked.</summary>
    public required TimeSpan IdlePause { get; init; }

    /// <summary>Whether the addresses that the user named are those of servers, which relay, and not those of the peer.</summary>
    public bool TypedAreServers { get; init; }

    /// <summary>Whether there is an event for each tried address.</summary>
    public bool ReportsTries { get; init; }

    /// <summary>Whether each attempt begins with an empty datagram, as the original program's does.</summary>
    public bool OpensWithPunch { get; init; }
}

/// <summary>Which proven route becomes the path.</summary>
internal enum PathSelection
{
    /// <summary>The route of the peer's newest proof: on this wire a proof names no route.</summary>
    FollowPeer,

    /// <summary>The route with the shortest round trip: each probe proves its own route.</summary>
    Quickest,
}
