namespace Punch.Lab.Meet;

/// <summary>A meeting that something happens to.</summary>
/// <param name="Name">What happens and what must come of it.</param>
/// <param name="Run">Runs it with a seed.</param>
internal sealed record MeetScenario(string Name, Func<ulong, ScenarioResult> Run)
{
    public static IReadOnlyList<MeetScenario> All { get; } = [.. PlacementScenarios.All, .. ServerScenarios.All, .. RepairScenarios.All];

    /// <summary>What came of it: everything that must be true, and everything that happened.</summary>
    public static ScenarioResult Judge(MeetLab lab, string title, params IEnumerable<(bool IsTrue, string Claim)> claims)
    {
        (bool IsTrue, string Claim)[] all = [.. claims];
        string judged = string.Join('\n', all.Select(claim => $"{(claim.IsTrue ? "true" : "NOT TRUE")}: {claim.Claim}"));
        return new ScenarioResult(all.All(claim => claim.IsTrue), $"{judged}\n{lab.Transcript(title)}");
    }

    /// <summary>That both ended with success and told of a path.</summary>
    public static IEnumerable<(bool IsTrue, string Claim)> Met(params IEnumerable<MeetPeer> peers) =>
        peers.Select(peer => (peer.ExitCode == 0 && peer.OpenedAt is not null, $"{peer.Name} has a path and ends with 0"));

    /// <summary>That it ended with this code.</summary>
    public static (bool IsTrue, string Claim) EndedWith(MeetPeer peer, int code) => (peer.ExitCode == code, $"{peer.Name} ends with {code}");

    /// <summary>Waits for all of them to end.</summary>
    public static void AwaitExits(TimeSpan timeout, params IEnumerable<MeetPeer> peers)
    {
        foreach (MeetPeer peer in peers) { peer.Process.WaitForExit(timeout); }
    }
}

/// <summary>What came of a scenario.</summary>
/// <param name="IsRight">Whether all was as it must be.</param>
/// <param name="Transcript">What had to be true, and everything that happened.</param>
internal sealed record ScenarioResult(bool IsRight, string Transcript);
