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
}
