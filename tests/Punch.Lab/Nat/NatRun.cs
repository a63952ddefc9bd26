using System.Text;
using Punch.Lab.Topology;

namespace Punch.Lab.Nat;

/// <summary>One finished run of <c>punch nat</c>.</summary>
/// <param name="Kind">The kind of network.</param>
/// <param name="Servers">The servers.</param>
/// <param name="Wall">The time from the start of the process to its exit.</param>
/// <param name="Problems">The faults, a line each.</param>
/// <param name="Transcript">Its output, for people.</param>
internal sealed record NatRun(NatKind Kind, NatServers Servers, TimeSpan Wall, IReadOnlyList<string> Problems, string Transcript)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Runs it on the host and checks its report.</summary>
    public static NatRun Make(NatKind kind, NatServers servers, LabHost host)
    {
        using LabProcess process = host.Start(new LabCommand(
            Prerequisites.Binary, ["nat", .. servers.Addresses.SelectMany(address => new[] { "--server", address }), "--json"]));
        bool isInTime = process.WaitForExit(Patience);
        NatReportText? report = isInTime ? NatReportText.Read(LastLine(process)) : null;
        string[] problems = report is null ? ["no report"] : [.. NatExpectation.Problems(kind, servers, process.ExitCode, report)];
        TimeSpan wall = (process.ExitedAt ?? LabClock.Now) - process.StartedAt;
        return new NatRun(kind, servers, wall, problems, Print(kind, servers, problems, process));
    }

    private static string? LastLine(LabProcess process) => process.Output is [.., OutputLine last] ? last.Text : null;

    private static string Print(NatKind kind, NatServers servers, string[] problems, LabProcess process)
    {
        var text = new StringBuilder().AppendLine($"{kind.Name}: {servers.Name}");
        foreach (string problem in problems) { text.AppendLine($"  {problem}"); }

        foreach (OutputLine line in process.Output.Concat(process.Errors).OrderBy(line => line.Time))
        {
            text.AppendLine($"{(line.Time - process.StartedAt).TotalMilliseconds,10:F1} ms  {line.Text}");
        }

        return text.ToString();
    }
}
