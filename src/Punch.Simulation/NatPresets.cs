using Punch.Protocol.Nat;

namespace Punch.Simulation;

/// <summary>The kinds of network access, for the simulation.</summary>
public static class NatPresets
{
    // Random ports here, so that no test passes because a port happens to be preserved.
    private static readonly NatOptions FullConeNat = new()
    {
        Filtering = Filtering.EndpointIndependent,
        Allocation = PortAllocation.Random,
        Hairpins = true,
    };

    // A table of sessions: a packet comes in only through the mapping that went out to its sender.
    private static readonly NatOptions SymmetricNat = new()
    {
        Mapping = Mapping.AddressAndPortDependent,
        FilterScope = FilterScope.Mapping,
        Allocation = PortAllocation.Random,
    };

    /// <summary>A public address and no filter.</summary>
    public static NatPreset Open { get; } = new() { Name = AccessKind.Open.Name(), Summary = "public address, no filter" };

    /// <summary>A public address behind a stateful firewall, as IPv6 homes have.</summary>
    public static NatPreset Firewall { get; } = new()
    {
        Name = AccessKind.Firewall.Name(),
        Summary = "public address behind a stateful firewall",
        Firewall = Filtering.AddressAndPortDependent,
    };

    /// <summary>EIM, EIF, random ports.</summary>
    public static NatPreset FullCone { get; } = Of(AccessKind.FullCone, "EIM, EIF, random ports", FullConeNat);

    /// <summary>EIM, EIF, ports preserved.</summary>
    public static NatPreset FullConePreserving { get; } =
        Of(AccessKind.FullConePreserving, "EIM, EIF, ports preserved", FullConeNat with { Allocation = PortAllocation.Preserving });

    /// <summary>EIM, ADF, random ports.</summary>
    public static NatPreset AddressRestricted { get; } =
        Of(AccessKind.AddressRestricted, "EIM, ADF, random ports", FullConeNat with { Filtering = Filtering.AddressDependent });

    /// <summary>EIM, APDF, random ports.</summary>
    public static NatPreset PortRestricted { get; } =
        Of(AccessKind.PortRestricted, "EIM, APDF, random ports", FullConeNat with { Filtering = Filtering.AddressAndPortDependent });

    /// <summary>EIM, APDF, ports preserved: the usual home router.</summary>
    public static NatPreset PortPreserving { get; } = Of(
        AccessKind.PortPreserving,
        "EIM, APDF, ports preserved: the usual home router",
        FullConeNat with { Filtering = Filtering.AddressAndPortDependent, Allocation = PortAllocation.Preserving });

    /// <summary>
    /// Linux masquerade with an INPUT chain that accepts: ports are preserved for each flow, and early packets block their port.
    /// </summary>
    public static NatPreset Linux { get; } = Of(
        AccessKind.Linux,
        "Linux masquerade that accepts packets to itself: ports preserved unless the peer's packet came first",
        SymmetricNat with
        {
            Allocation = PortAllocation.Preserving,
            Sharing = PortSharing.Overloaded,
            Refresh = Refresh.Bidirectional,
            EarlyPacket = EarlyPacket.Held,
        });

    /// <summary>ADM, APDF, random ports.</summary>
    public static NatPreset AddressDependent { get; } = Of(
        AccessKind.AddressDependent,
        "ADM, APDF, random ports: another port for each host",
        SymmetricNat with { Mapping = Mapping.AddressDependent });

    /// <summary>APDM, EIF, random ports. It is rare. Any host that learns a mapping may use it.</summary>
    public static NatPreset SymmetricEif { get; } = Of(
        AccessKind.SymmetricEif, "APDM, EIF, random ports", SymmetricNat with { Filtering = Filtering.EndpointIndependent });

    /// <summary>APDM, APDF, ports in sequence.</summary>
    public static NatPreset SymmetricSequential { get; } = Of(
        AccessKind.SymmetricSequential,
        "APDM, APDF, one port after the other",
        SymmetricNat with { Allocation = PortAllocation.Sequential });

    /// <summary>APDM, APDF, random ports.</summary>
    public static NatPreset SymmetricRandom { get; } = Of(AccessKind.SymmetricRandom, "APDM, APDF, random ports", SymmetricNat);

    /// <summary>A home router behind a carrier's NAT (RFC 6888: EIM, EIF, hairpinning).</summary>
    public static NatPreset Carrier { get; } =
        Of(AccessKind.Carrier, "a home router behind a carrier's NAT", FullConeNat, PortPreserving.Nats[0]);

    /// <summary>All presets, in the order of <see cref="AccessKind"/>.</summary>
    public static IReadOnlyList<NatPreset> All { get; } =
    [
        Open, Firewall, FullCone, FullConePreserving, AddressRestricted, PortRestricted, PortPreserving, Linux, Carrier,
        AddressDependent, SymmetricEif, SymmetricSequential, SymmetricRandom,
    ];

    /// <summary>A home router in a network that drops UDP.</summary>
    public static NatPreset UdpBlocked { get; } = Of("udp-blocked", "UDP is dropped, TCP passes", Outlet.NoUdp);

    /// <summary>A home router in a network that lets out TCP to port 443 alone.</summary>
    public static NatPreset Only443 { get; } = Of("only-443", "only TCP to port 443 passes", Outlet.Only443);

    /// <summary>A home router in a network that lets out nothing but TCP to an HTTP proxy.</summary>
    public static NatPreset OnlyProxy { get; } = Of("only-proxy", "only an HTTP proxy is reached", Outlet.OnlyProxy);

    /// <summary>The networks without UDP. <see cref="All"/> does not have them, because only a server connects them.</summary>
    public static IReadOnlyList<NatPreset> Blocked { get; } = [UdpBlocked, Only443, OnlyProxy];

    /// <summary>The preset of this kind.</summary>
    public static NatPreset Of(AccessKind kind) => All[(int)kind];

    private static NatPreset Of(string name, string summary, Outlet outlet) =>
        new() { Name = name, Summary = summary, Nats = PortPreserving.Nats, Outlet = outlet };

    private static NatPreset Of(AccessKind kind, string summary, params NatOptions[] nats) =>
        new() { Name = kind.Name(), Summary = summary, Nats = nats };
}
