using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>Scenarios about the place of the sides, and about third parties.</summary>
internal static class PlacementScenarios
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(0.5);
    private static readonly HostKind RandomHome = HostKind.DualStack(NatPresets.SymmetricRandom);
    private static readonly HostKind RestrictedHome = HostKind.DualStack(NatPresets.PortRestricted);

    private static readonly NatPreset NoHairpin = NatPresets.PortPreserving with
    {
        Name = "no-hairpin",
        Nats = [NatPresets.PortPreserving.Nats[0] with { Hairpins = false }],
    };

    public static IReadOnlyList<MeetScenario> All { get; } =
    [
        new("Two on one LAN whose router does not hairpin meet by their private addresses", Neighbours),
        new("Two homes behind one carrier's NAT meet through it", OneCarrier),
        new("Two whose NATs cannot be punched meet over IPv6, also by a server that has IPv4 alone", seed => OverV6(MeetServer.OneAddress, seed)),
        new("Two whose NATs cannot be punched meet over IPv6 by a server that has both", seed => OverV6(MeetServer.BothFamilies, seed)),
        new("A third with the same code is refused and the two do not notice", Third),
        new("Two with different codes do not meet", OtherCode),
        new("Two pairs meet through one server at once", TwoPairs),
    ];

    private static ScenarioResult Neighbours(ulong seed)
    {
        using var lab = new MeetLab(MeetServer.TwoAddresses, seed);
        (LabHost a, LabHost b) = lab.AddNeighbours(NoHairpin);
        lab.Open();

        MeetPeer[] peers = Meet(lab, seed, a, b);

        bool isPrivate = peers.All(peer => PathOf(peer) is { } path && !path.Host.IsPublic());
        return MeetScenario.Judge(lab, "neighbours", [.. MeetScenario.Met(peers), (isPrivate, "both use the LAN")]);
    }

    private static ScenarioResult OneCarrier(ulong seed)
    {
        using var lab = new MeetLab(MeetServer.TwoAddresses, seed);
        (LabHost a, LabHost b) = lab.AddCustomersOfOneCarrier();
        lab.Open();

        MeetPeer[] peers = Meet(lab, seed, a, b);

        return MeetScenario.Judge(lab, "one carrier", MeetScenario.Met(peers));
    }

    private static ScenarioResult OverV6(MeetServer server, ulong seed)
    {
        using var lab = new MeetLab(server, seed);
        LabHost a = lab.Add(RandomHome);
        LabHost b = lab.Add(RestrictedHome);
        lab.Open();

        MeetPeer[] peers = Meet(lab, seed, a, b);

        bool isV6 = peers.All(peer => PathOf(peer) is { } path && path.Host.IsV6);
        return MeetScenario.Judge(lab, "both families", [.. MeetScenario.Met(peers), (isV6, "both use IPv6")]);
    }

    private static ScenarioResult Third(ulong seed)
    {
        using var lab = new MeetLab(MeetServer.WithoutRelay, seed);
        LabHost a = lab.Add(HostKind.Of(NatPresets.SymmetricRandom));
        LabHost b = lab.Add(HostKind.PortPreserving);
        LabHost c = lab.Add(HostKind.Open);
        lab.Open();
        LabCommand command = Command(lab, seed);

        // The first two find no path and stay in the room. By then both are in it.
        MeetPeer[] peers = lab.StartAll((a, command, TimeSpan.Zero), (b, command, Soon), (c, command, TimeSpan.FromSeconds(3)));
        MeetScenario.AwaitExits(Deadline * 2, peers);

        (bool, string) isEarly = (peers[2].Process.ExitedAt < peers[0].Process.ExitedAt, "C is told at once");
        return MeetScenario.Judge(lab, "a third", [.. peers.Zip([1, 1, 4], MeetScenario.EndedWith), isEarly]);
    }

    private static ScenarioResult OtherCode(ulong seed)
    {
        using var lab = new MeetLab(MeetServer.OneAddress, seed);
        LabHost a = lab.Add(HostKind.Open);
        LabHost b = lab.Add(HostKind.Open);
        lab.Open();

        MeetPeer[] peers = lab.StartAll((a, Command(lab, seed), TimeSpan.Zero), (b, Command(lab, ~seed), Soon));
        MeetScenario.AwaitExits(Deadline * 2, peers);

        bool isNobodyHeard = peers.All(peer => peer.FirstEvent("open") is null);
        return MeetScenario.Judge(lab, "another code", [.. peers.Zip([1, 1], MeetScenario.EndedWith), (isNobodyHeard, "neither has a path")]);
    }

    private static ScenarioResult TwoPairs(ulong seed)
    {
        using var lab = new MeetLab(MeetServer.TwoAddresses, seed);
        LabHost[] hosts = [.. Enumerable.Range(0, 4).Select(_ => lab.Add(HostKind.PortPreserving))];
        lab.Open();
        (LabCommand first, LabCommand second) = (Command(lab, seed), Command(lab, ~seed));

        MeetPeer[] peers = lab.StartAll(
            (hosts[0], first, TimeSpan.Zero), (hosts[1], second, TimeSpan.Zero), (hosts[2], first, Soon), (hosts[3], second, Soon));
        MeetScenario.AwaitExits(Deadline * 2, peers);

        return MeetScenario.Judge(lab, "two pairs", MeetScenario.Met(peers));
    }

    private static MeetPeer[] Meet(MeetLab lab, ulong seed, LabHost a, LabHost b)
    {
        LabCommand command = Command(lab, seed);
        MeetPeer[] peers = lab.StartAll((a, command, TimeSpan.Zero), (b, command, Soon));
        MeetScenario.AwaitExits(Deadline * 2, peers);
        return peers;
    }

    private static LabCommand Command(MeetLab lab, ulong seed) => MeetPeer.OnceWithin(lab.Server, MeetCode.Draw(seed), Deadline);

    private static TransportAddress? PathOf(MeetPeer peer) =>
        peer.FirstEvent("open") is { } open ? TransportAddress.Parse(open.GetProperty("remote").GetString()!) : null;
}
