namespace Punch.Lab.Meet;

/// <summary>A meeting with an incident.</summary>
/// <param name="Name">The incident and its expected result.</param>
/// <param name="Run">Runs it with a seed.</param>
internal sealed record MeetScenario(string Name, Func<ulong, ScenarioResult> Run)
{
    public static IReadOnlyList<MeetScenario> All { get; } =
        [.. PlacementScenarios.All, .. ServerScenarios.All, .. RepairScenarios.All, .. RelayScenarios.All, .. StreamScenarios.All, .. ForwardScenarios.All];

    /// <summary>The result: all claims, and the transcript.</summary>
    public static ScenarioResult Judge(MeetLab lab, string title, params IEnumerable<(bool IsTrue, string Claim)> claims)
    {
        (bool IsTrue, string Claim)[] all = [.. claims];
        string judged = string.Join('\n', all.Select(claim => $"{(claim.IsTrue ? "true" : "NOT TRUE")}: {claim.Claim}"));
        TimeSpan waited = lab.LongestProcessorWait;
        string transcript = $"{judged}\na process waited {waited.TotalMilliseconds:F0} ms in all for a processor\n{lab.Transcript(title)}";
        return new ScenarioResult(all.All(claim => claim.IsTrue), transcript, waited);
    }

    /// <summary>The claims that both ended with success and reported a path.</summary>
    public static IEnumerable<(bool IsTrue, string Claim)> Met(params IEnumerable<MeetPeer> peers) =>
        peers.Select(peer => (peer.ExitCode == 0 && peer.OpenedAt is not null, $"{peer.Name} has a path and ends with 0"));

    /// <summary>The claim that it ended with this code.</summary>
    public static (bool IsTrue, string Claim) EndedWith(MeetPeer peer, int code) => (peer.ExitCode == code, $"{peer.Name} ends with {code}");

    /// <summary>Waits until all of them have ended.</summary>
    public static void AwaitExits(TimeSpan timeout, params IEnumerable<MeetPeer> peers)
    {
        foreach (MeetPeer peer in peers) { peer.Process.WaitForExit(timeout); }
    }
}

/// <summary>The result of a scenario.</summary>
/// <param name="IsRight">Whether all claims hold.</param>
/// <param name="Transcript">The claims and the transcript.</param>
/// <param name="ProcessorWait">The longest time that one of the processes waited for a processor.</param>
internal sealed record ScenarioResult(bool IsRight, string Transcript, TimeSpan ProcessorWait);
