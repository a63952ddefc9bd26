namespace Punch.Lab.Meet;

/// <summary>A meeting that something happens to.</summary>
/// <param name="Name">What happens and what must come of it.</param>
/// <param name="Run">Runs it with a seed; returns null, or what is wrong and all that happened.</param>
internal sealed record MeetScenario(string Name, Func<ulong, string?> Run)
{
    public static IReadOnlyList<MeetScenario> All { get; } = [.. PlacementScenarios.All, .. ServerScenarios.All, .. RebootScenarios.All];

    /// <summary>Puts the failures, if there are any, before the transcript.</summary>
    public static string? Failure(MeetLab lab, string title, params IEnumerable<(bool IsTrue, string Claim)> claims)
    {
        string[] broken = [.. claims.Where(claim => !claim.IsTrue).Select(claim => $"not true: {claim.Claim}")];
        return broken.Length == 0 ? null : $"{string.Join('\n', broken)}\n{lab.Transcript(title)}";
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
