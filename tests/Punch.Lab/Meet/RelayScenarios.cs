using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>Scenarios of a relayed path, whose server ends, comes back, or gets another certificate.</summary>
internal static class RelayScenarios
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Downtime = TimeSpan.FromSeconds(2);

    private static readonly HostKind Hard = HostKind.Of(NatPresets.SymmetricRandom);
    private static readonly HostKind Only443 = HostKind.Of(NatPresets.Only443);

    public static IReadOnlyList<MeetScenario> All { get; } =
    [
        new("A relayed pair hears each other again when the server was killed and started again", seed => Killed(MeetServer.TwoAddresses, Hard, seed)),
        new("A pair relayed over TLS hears each other again when the server was killed and started again", seed => Killed(MeetServer.WithTls, Only443, seed)),
        new("A relayed pair goes on while the server drains, and with the next one", Drained),
        new("A pair relayed over TLS goes on when the certificate is replaced, and new ones see the new one", Replaced),
    ];

    private static ScenarioResult Killed(MeetServer server, HostKind kind, ulong seed)
    {
        using var lab = new MeetLab(server, seed);
        (MeetPeer[] peers, (bool, string) isOpen) = Open(lab, kind, seed);

        lab.KillServer();
        LabClock.WaitUntil(LabClock.Now + Downtime);
        lab.StartServer();
        Instant since = LabClock.Now;

        return MeetScenario.Judge(lab, "killed", [isOpen, .. peers.Select(peer => IsSoon(peer, since))]);
    }

    private static ScenarioResult Drained(ulong seed)
    {
        using var lab = new MeetLab(MeetServer.Draining, seed);
        (MeetPeer[] peers, (bool, string) isOpen) = Open(lab, Hard, seed);

        Instant told = LabClock.Now;
        Task<int?> draining = Task.Run(() => lab.DrainServer(Patience));
        (bool, string)[] areWarned = [.. peers.Select(peer => (peer.WaitFor("relay", Patience, IsDraining) is not null, $"{peer.Name} is told"))];
        (bool, string)[] goOn = [.. peers.Select(peer => (peer.AnsweredAfter(told + Settling, Limit) is not null, $"{peer.Name} hears answers meanwhile"))];
        bool hasEnded = draining.GetAwaiter().GetResult() == 0;
        lab.StartServer();
        Instant since = LabClock.Now;

        return MeetScenario.Judge(
            lab, "drained", [isOpen, .. areWarned, .. goOn, (hasEnded, "the server ended with 0"), .. peers.Select(peer => IsSoon(peer, since))]);
    }

    private static ScenarioResult Replaced(ulong seed)
    {
        using var lab = new MeetLab(MeetServer.WithTls, seed);
        LabHost[] later = [];
        (MeetPeer[] peers, (bool, string) isOpen) = Open(lab, Only443, seed, () => later = [lab.Add(Only443), lab.Add(Only443), lab.Add(Only443)]);

        bool isReplaced = lab.ReplaceCertificate();
        LabCommand command = MeetPeer.OnceWithin(lab.Server, MeetCode.Draw(~seed), Patience);
        MeetPeer[] next = lab.StartAll(
            (later[0], lab.CommandOf(Only443, command), TimeSpan.Zero),
            (later[1], lab.CommandOf(Only443, command), TimeSpan.Zero),
            (later[2], lab.CommandOf(Only443, MeetPeer.OnceWithin(lab.Server, MeetCode.Draw(seed + 1), Limit), trustsOld: true), TimeSpan.Zero));
        MeetScenario.AwaitExits(Patience * 2, next);

        (bool, string)[] goOn = [.. peers.Select(peer => IsSoon(peer, LabClock.Now))];
        bool areWhole = peers.All(peer => peer.FirstEvent("closed") is null);
        bool isDistrusted = next[2].Process.Errors.Any(line => line.Text.Contains("issuer is unknown here", StringComparison.Ordinal));
        return MeetScenario.Judge(
            lab,
            "replaced",
            [
                isOpen, (isReplaced, "the server has another certificate"), .. MeetScenario.Met(next[..2]), MeetScenario.EndedWith(next[2], 4),
                (isDistrusted, "who trusts the old one alone is told so"), .. goOn, (areWhole, "the old path never closed"),
            ]);
    }

    /// <summary>Opens a path between two sides of a kind, and waits until it is in use.</summary>
    private static (MeetPeer[] Peers, (bool, string) IsOpen) Open(MeetLab lab, HostKind kind, ulong seed, Action? addMore = null)
    {
        (LabHost a, LabHost b) = (lab.Add(kind), lab.Add(kind));
        addMore?.Invoke();
        lab.Open();
        LabCommand command = MeetPeer.Command(lab.Server, MeetCode.Draw(seed), "-w", "60s", "-i", "200ms");
        MeetPeer[] peers = lab.StartAll((a, lab.CommandOf(kind, command), TimeSpan.Zero), (b, lab.CommandOf(kind, command), TimeSpan.Zero));
        bool isOpen = peers.All(peer => peer.WaitFor("open", Patience, open => open.GetProperty("via").GetString() == "relay") is not null);
        Instant settled = LabClock.Now + Settling;
        bool isInUse = peers.All(peer => peer.AnsweredAfter(settled, Patience) is not null);
        return (peers, (isOpen && isInUse, "both had a relayed path and heard answers on it"));
    }

    private static bool IsDraining(System.Text.Json.JsonElement relay) =>
        relay.TryGetProperty("reason", out var reason) && reason.GetString() == "draining";

    private static (bool IsTrue, string Claim) IsSoon(MeetPeer peer, Instant since)
    {
        TimeSpan? after = peer.AnsweredAfter(since, Patience) - since;
        string found = after is { TotalSeconds: double seconds } ? $"after {seconds:F1} s" : "not at all";
        return (after <= Limit, $"{peer.Name} hears answers within 5 s: {found}");
    }
}
