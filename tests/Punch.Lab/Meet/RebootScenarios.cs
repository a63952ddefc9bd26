using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>The NAT of one side forgets everything while the path is open: the path works again, in both directions, within five seconds.</summary>
internal static class RebootScenarios
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // What was under way when it happened still arrives.
    private static readonly TimeSpan UnderWay = TimeSpan.FromMilliseconds(100);

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
           from side in (string[])["waiting", "joining"]
           select new MeetScenario($"{cell.Name}: the NAT of the {side} side reboots", seed => Reboot(cell, isWaiting: side == "waiting", seed)),
    ];

    private static ScenarioResult Reboot(Cell cell, bool isWaiting, ulong seed)
    {
        using var lab = new MeetLab(MeetServer.TwoAddresses, seed);
        LabHost rebooting = lab.Add(cell.A);
        LabHost other = lab.Add(cell.B);
        lab.Open();
        LabCommand command = MeetPeer.Command(lab.Server, MeetCode.Draw(seed), "-w", "40s", "-i", "200ms");
        TimeSpan after = TimeSpan.FromSeconds(0.5);
        MeetPeer[] peers = lab.StartAll((rebooting, command, isWaiting ? TimeSpan.Zero : after), (other, command, isWaiting ? after : TimeSpan.Zero));
        bool isOpen = peers.All(peer => peer.WaitFor("open", Patience) is not null);
        Thread.Sleep(TimeSpan.FromSeconds(2));

        Instant rebooted = LabClock.Now;
        lab.RebootNatsOf(rebooting);

        Instant?[] answered = [.. peers.Select(peer => peer.AnsweredAfter(rebooted + UnderWay, Patience))];
        string times = string.Join(", ", peers.Zip(answered, (peer, at) => $"{peer.Name} {(at is { } instant ? $"{(instant - rebooted).TotalSeconds:F1} s" : "never")}"));
        return MeetScenario.Judge(
            lab, $"{cell.Name}, reboot of A's", (isOpen, "both had a path"), (answered.All(at => at <= rebooted + Limit), $"both hear answers within 5 s ({times})"));
    }
}
