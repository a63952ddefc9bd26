using Punch.Lab.Cells;
using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Lab.Nat;

/// <summary>A kind of network for <c>punch nat</c>, with the truth about it.</summary>
/// <param name="Name">The name of a host kind, <c>udp-blocked</c>, or the behaviour of the NAT: <c>apdm-adf-random</c>.</param>
/// <param name="Host">The kind of the host.</param>
/// <param name="Truth">Its behaviour by definition; null if no packet passes.</param>
internal sealed record NatKind(string Name, HostKind Host, NatTraits? Truth)
{
    /// <summary>Whether a packet that comes before this side has sent to its sender blocks its port.</summary>
    public bool HoldsEarlyPackets { get; private init; }

    /// <summary>Every preset, blocked UDP, the NAT of Linux, and each mapping x filtering x allocation.</summary>
    public static IReadOnlyList<NatKind> All { get; } = [.. NatPresets.All.Select(Of), Blocked(), .. Kernel(), .. Combinations()];

    private static NatKind Of(NatPreset preset) => new(preset.Name, HostKind.Of(preset), TruthOf(preset))
    {
        HoldsEarlyPackets = preset.Nats.Any(nat => nat.EarlyPacket == EarlyPacket.Held),
    };

    private static NatKind Blocked() => new(
        "udp-blocked",
        new HostKind("udp-blocked", (lab, side, uplink, seed) => HostKind.PortPreserving.Place(lab, side, uplink with { Loss = 1 }, seed)),
        Truth: null);

    private static IEnumerable<NatKind> Kernel()
    {
        var preserving = new NatTraits(
            Mapping.EndpointIndependent, Filtering.AddressAndPortDependent, PortAllocation.Preserving);
        var random = new NatTraits(
            Mapping.AddressAndPortDependent, Filtering.AddressAndPortDependent, PortAllocation.Random);
        yield return new NatKind(HostKind.KernelDrop.Name, HostKind.KernelDrop, preserving);
        yield return new NatKind(HostKind.KernelAccept.Name, HostKind.KernelAccept, preserving) { HoldsEarlyPackets = true };
        yield return new NatKind(HostKind.KernelRandomDrop.Name, HostKind.KernelRandomDrop, random);
    }

    private static IEnumerable<NatKind> Combinations() =>
        from mapping in Enum.GetValues<Mapping>()
        where mapping != Mapping.None
        from filtering in Enum.GetValues<Filtering>()
        where filtering != Filtering.None
        from allocation in Enum.GetValues<PortAllocation>()
        where allocation != PortAllocation.Block
        select Of(new NatPreset
        {
            Name = $"{TraitNames.Of(mapping)}-{TraitNames.Of(filtering)}-{TraitNames.Of(allocation)}",
            Summary = "",
            Nats = [Combine(mapping, filtering, allocation)],
        });

    private static NatOptions Combine(Mapping mapping, Filtering filtering, PortAllocation allocation) => new()
    {
        Mapping = mapping,
        Filtering = filtering,
        Allocation = allocation,
        FilterScope = mapping == Mapping.EndpointIndependent ? FilterScope.InsideEndpoint : FilterScope.Mapping,
    };

    /// <summary>
    /// The definition in the words of the report. For a chain it is the worst of its NATs, and the ports of the outermost one that picks
    /// its own.
    /// </summary>
    private static NatTraits TruthOf(NatPreset preset)
    {
        if (!preset.IsTranslated)
        {
            return new NatTraits(
                Mapping.None, preset.Firewall, PortAllocation.Preserving);
        }

        NatOptions? picking = preset.Nats.FirstOrDefault(nat => nat.Allocation != PortAllocation.Preserving);
        return new NatTraits(
            preset.Nats.Max(SeenMapping),
            preset.Nats.Max(nat => nat.Filtering),
            picking?.Allocation ?? PortAllocation.Preserving);
    }

    // Every flow keeps its port. From outside that looks like one mapping for all flows.
    private static Mapping SeenMapping(NatOptions nat) =>
        nat is { Sharing: PortSharing.Overloaded, Allocation: PortAllocation.Preserving } ? Mapping.EndpointIndependent : nat.Mapping;
}
