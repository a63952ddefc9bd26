using Punch.Lab.Cells;
using Punch.Lab.Topology;

namespace Punch.Lab.Meet;

/// <summary>A server that dies and comes back.</summary>
internal static class ServerScenarios
{
    // Clients refresh every 15 s ± 20 %.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    // Long enough that several joins of the side that comes meanwhile get no reply.
    private static readonly TimeSpan Downtime = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<MeetScenario> All { get; } =
    [
        new("One waits, the server is killed and started again, then the other joins", seed => Restart(seed, isSecondThere: false)),
        new("Two in rooms of their own wait, the server is killed and started again, then theirs join", TwoRooms),
        new("One waits, the server is killed, the other comes, then it is started again", seed => Restart(seed, isSecondThere: true)),
        new("An open path outlives the server", PathOutlives),
        new("A server that is not there is told within seconds", Nobody),
    ];

    private static ScenarioResult Restart(ulong seed, bool isSecondThere)
    {
        using var lab = new MeetLab(MeetServer.TwoAddresses, seed);
        (LabHost a, LabHost b) = (lab.Add(HostKind.PortPreserving), lab.Add(HostKind.Linux));
        lab.Open();
        LabCommand command = Command(lab, seed);
        MeetPeer first = lab.Start(a, command);
        bool isWaiting = IsWaiting(first);

        lab.KillServer();
        if (!isSecondThere) { lab.StartServer(); }

        MeetPeer second = lab.Start(b, command);
        if (isSecondThere)
        {
            LabClock.WaitUntil(second.Process.StartedAt + Downtime);
            lab.StartServer();
        }

        MeetScenario.AwaitExits(Deadline * 2, first, second);
        return MeetScenario.Judge(lab, "restart", [(isWaiting, "the first one waited in its room"), .. MeetScenario.Met(first, second)]);
    }

    private static ScenarioResult TwoRooms(ulong seed)
    {
        using var lab = new MeetLab(MeetServer.OneAddress, seed);
        LabHost[] hosts = [.. Enumerable.Range(0, 4).Select(_ => lab.Add(HostKind.PortPreserving))];
        lab.Open();
        (LabCommand one, LabCommand other) = (Command(lab, seed), Command(lab, ~seed));
        MeetPeer[] waiting = lab.StartAll((hosts[0], one, TimeSpan.Zero), (hosts[1], other, TimeSpan.Zero));
        bool areWaiting = waiting.All(IsWaiting);
        lab.KillServer();
        lab.StartServer();

        MeetPeer[] joining = lab.StartAll((hosts[2], one, TimeSpan.Zero), (hosts[3], other, TimeSpan.Zero));

        MeetScenario.AwaitExits(Deadline * 2, [.. waiting, .. joining]);
        return MeetScenario.Judge(lab, "restart with two rooms", [(areWaiting, "both waited in their rooms"), .. MeetScenario.Met([.. waiting, .. joining])]);
    }

    private static ScenarioResult PathOutlives(ulong seed)
    {
        using var lab = new MeetLab(MeetServer.OneAddress, seed);
        (LabHost a, LabHost b) = (lab.Add(HostKind.PortPreserving), lab.Add(HostKind.PortPreserving));
        lab.Open();
        LabCommand command = MeetPeer.Command(lab.Server, MeetCode.Draw(seed), "-w", "30s", "-i", "1s");
        MeetPeer[] peers = lab.StartAll((a, command, TimeSpan.Zero), (b, command, TimeSpan.Zero));
        foreach (MeetPeer peer in peers) { peer.WaitFor("open", Deadline); }

        lab.KillServer();
        MeetScenario.AwaitExits(Deadline, peers);

        // Longer than it takes to notice that the server is dead.
        bool isQuiet = peers.All(peer => peer.Events("closed").All(closed => closed.GetProperty("reason").GetString() == "left"));
        return MeetScenario.Judge(lab, "without the server", [.. MeetScenario.Met(peers), (isQuiet, "it closed only when one side left")]);
    }

    private static ScenarioResult Nobody(ulong seed)
    {
        using var lab = new MeetLab(MeetServer.OneAddress, seed);
        LabHost a = lab.Add(HostKind.PortPreserving);
        lab.Open();
        lab.KillServer();

        MeetPeer peer = lab.Start(a, Command(lab, seed));
        MeetScenario.AwaitExits(Deadline, peer);

        return MeetScenario.Judge(lab, "no server", MeetScenario.EndedWith(peer, 4));
    }

    private static bool IsWaiting(MeetPeer peer) => peer.WaitFor("waiting", Deadline) is not null;

    private static LabCommand Command(MeetLab lab, ulong seed) => MeetPeer.OnceWithin(lab.Server, MeetCode.Draw(seed), Deadline);
}
