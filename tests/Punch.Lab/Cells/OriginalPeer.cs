using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Cells;

/// <summary>The stand-in for the original program as a lab's process.</summary>
internal static class OriginalPeer
{
    /// <summary>It never ends by itself; this ends it should the lab die.</summary>
    public static Func<HostAddress, LabCommand> ForAMinute { get; } = remote => new LabCommand("ruby", Prerequisites.Original, remote.ToString(), "60");

    /// <summary>The first time it heard from the peer; null when it does not in time.</summary>
    public static Instant? HeardAt(LabProcess process, TimeSpan timeout) =>
        process.WaitForLine(line => line.StartsWith("Response from ", StringComparison.Ordinal), timeout)?.Time;

    /// <summary>When the second of two originals heard the other; null when not within <see cref="Limit"/>.</summary>
    public static Instant? BothHeardAt(CellRun run)
    {
        Instant end = LabClock.Now + Limit;
        Instant? a = HeardAt(run.A, Limit);
        Instant? b = HeardAt(run.B, end > LabClock.Now ? end - LabClock.Now : TimeSpan.Zero);
        return a is null || b is null ? null : a > b ? a : b;
    }

    // It waits at most 3 s between two datagrams: what did not work by now never will.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);
}
