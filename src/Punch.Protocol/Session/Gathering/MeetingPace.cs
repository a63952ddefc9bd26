using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Gathering;

/// <summary>The times of a meeting.</summary>
internal static class MeetingPace
{
    /// <summary>How long a server may be silent from the start, until the session ends.</summary>
    public static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long addresses are tried after the last change: nobody is probed without limit.</summary>
    public static readonly TimeSpan TryingFor = TimeSpan.FromSeconds(30);

    /// <summary>How long a peer that was heard keeps its place before another party may take it: a process that was restarted.</summary>
    public static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(2);

    /// <summary>How long primes go before the probes: the peer's first probe is here by then, if the server told both at once.</summary>
    public static readonly TimeSpan Priming = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an open path is idle before it is checked.</summary>
    public static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(5);

    /// <summary>Messages keep an idle path open for the peer that trusts the path's own checks.</summary>
    public static readonly TimeSpan Keepalive = TimeSpan.FromSeconds(15);

    /// <summary>A peer of an earlier version closes a path without messages after ten seconds.</summary>
    public static readonly TimeSpan KeepaliveOfOld = TimeSpan.FromSeconds(8);

    /// <summary>How long a path is open until the ports that it does not use are given up.</summary>
    public static readonly TimeSpan ReleaseAfter = TimeSpan.FromSeconds(3);

    /// <summary>How paths are found and kept.</summary>
    public static PathRules Rules { get; } = new()
    {
        Selection = PathSelection.Quickest,
        RetryPause = (TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(500)),
        TryingFor = TryingFor,
        IdlePause = IdlePause,

        // With the replies no more than 50 a second to places that have not proven themselves.
        ProbeBudget = (24, 10),
        ReportsTries = true,
        TypedAreServers = true,
    };
}
