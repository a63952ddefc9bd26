using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>Scenarios of an open path. It must work again, in both directions, within five seconds.</summary>
internal static class RepairScenarios
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Packets that were under way at that moment still arrive.
    private static readonly TimeSpan UnderWay = TimeSpan.FromMilliseconds(100);

    // Until no other path can take over, so that the incident hits the path that stays.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private static readonly Cell[] Cells =
    [
        new(HostKind.Of(NatPresets.FullCone), HostKind.Of(NatPresets.FullCone)),
        new(HostKind.PortPreserving, HostKind.PortPreserving),
        new(HostKind.Of(NatPresets.PortRestricted), HostKind.PortPreserving),
        new(HostKind.Of(NatPresets.PortRestricted), HostKind.Of(NatPresets.PortRestricted)),
        new(HostKind.Linux, HostKind.Linux),
        new(HostKind.Of(NatPresets.Carrier), HostKind.Of(NatPresets.Firewall)),
        new(HostKind.Of(NatPresets.SymmetricRandom), HostKind.Of(NatPresets.AddressRestricted)),
        new(HostKind.Of(NatPresets.SymmetricRandom), HostKind.Open),
        new(HostKind.KernelDrop, HostKind.KernelDrop),
        new(HostKind.KernelAccept, HostKind.KernelAccept),
        new(HostKind.KernelAccept, HostKind.Of(NatPresets.PortRestricted)),
    ];

    public static IReadOnlyList<MeetScenario> All { get; } =
    [
        .. from cell in Cells
           from isWaiting in (bool[])[true, false]
           select new MeetScenario(
               $"{cell.Name}: the NAT of the {(isWaiting ? "waiting" : "joining")} side reboots",
               seed => Repair(cell, isWaiting, seed, (lab, host, _) => lab.RebootNatsOf(host))),
        .. from cell in (Cell[])
           [
               new(HostKind.KernelDrop, HostKind.PortPreserving), new(HostKind.KernelRandomDrop, HostKind.Open),
               new(HostKind.KernelRandomDrop, HostKind.Of(NatPresets.SymmetricRandom)),
           ]
           select new MeetScenario(
               $"{cell.Name}: the waiting side gets another address",
               seed => Repair(cell, isWaiting: true, seed, (_, host, _) => Readdress(host))),
        .. from cell in Cells[2..4]
           select new MeetScenario(
               $"{cell.Name}: the waiting side sleeps", seed => Repair(cell, isWaiting: true, seed, (_, _, peer) => peer.Process.Sleep(Nap))),
    ];

    // Long enough for the other side to close the path.
    private static readonly TimeSpan Nap = TimeSpan.FromSeconds(8);

    private static void Readdress(LabHost host) => KernelNat.Readdress(host.Namespace, HostAddress.Parse("192.168.1.77"));

    /// <summary>Opens a path, breaks it at A's side, and measures when both sides hear replies again.</summary>
    private static ScenarioResult Repair(Cell cell, bool isWaiting, ulong seed, Action<MeetLab, LabHost, MeetPeer> harm)
    {
        using var lab = new MeetLab(MeetServer.TwoAddresses, seed);
        LabHost harmed = lab.Add(cell.A);
        LabHost other = lab.Add(cell.B);
        lab.Open();
        LabCommand command = MeetPeer.Command(lab.Server, MeetCode.Draw(seed), "-w", "40s", "-i", "200ms");
        (TimeSpan first, TimeSpan second) = (TimeSpan.Zero, TimeSpan.FromSeconds(0.5));
        MeetPeer[] peers = lab.StartAll((harmed, command, isWaiting ? first : second), (other, command, isWaiting ? second : first));
        bool isOpen = peers.All(peer => peer.WaitFor("open", Patience) is not null);
        Instant settled = LabClock.Now + Settling;
        bool isSettled = peers.All(peer => peer.AnsweredAfter(settled, Patience) is not null);

        harm(lab, harmed, peers[0]);
        Instant since = LabClock.Now;

        Instant?[] answered = [.. peers.Select(peer => peer.AnsweredAfter(since + UnderWay, Patience))];
        return MeetScenario.Judge(
            lab, $"{cell.Name}, harm at A's", [(isOpen && isSettled, "both had a path and heard answers on it"), .. peers.Zip(answered, (peer, at) => IsSoon(peer, at - since))]);
    }

    private static (bool IsTrue, string Claim) IsSoon(MeetPeer peer, TimeSpan? after)
    {
        string found = after is { TotalSeconds: double seconds } ? $"after {seconds:F1} s" : "not at all";
        return (after <= Limit, $"{peer.Name} hears answers again within 5 s: {found}");
    }
}
