using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Cells;

/// <summary>The stand-in for the original program, as a process of the lab.</summary>
internal static class OriginalPeer
{
    /// <summary>It never ends by itself. The limit ends it if the lab dies.</summary>
    public static Func<HostAddress, LabCommand> ForAMinute { get; } = remote => new LabCommand("ruby", Prerequisites.Original, remote.ToString(), "60");

    /// <summary>The first time it heard from the peer; null if it did not in time.</summary>
    public static Instant? HeardAt(LabProcess process, TimeSpan timeout) =>
        process.WaitForLine(line => line.StartsWith("Response from ", StringComparison.Ordinal), timeout)?.Time;

    /// <summary>When the second of two originals heard the other one; null if not within <see cref="Limit"/>.</summary>
    public static Instant? BothHeardAt(CellRun run)
    {
        Instant end = LabClock.Now + Limit;
        Instant? a = HeardAt(run.A, Limit);
        Instant? b = HeardAt(run.B, end > LabClock.Now ? end - LabClock.Now : TimeSpan.Zero);
        return a is null || b is null ? null : a > b ? a : b;
    }

    // It waits at most 3 s between two datagrams. So if it has not worked by now, it never will.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);
}
