using System.Diagnostics;

namespace Punch.Protocol.Discovery;

/// <summary>The kinds of network access a peer may have; named as the simulation's presets are.</summary>
public enum PeerKind
{
    /// <summary>A public address, no filter.</summary>
    Open,

    /// <summary>A public address behind a stateful firewall.</summary>
    Firewall,

    /// <summary>EIM, EIF.</summary>
    FullCone,

    /// <summary>EIM, ADF.</summary>
    AddressRestricted,

    /// <summary>EIM, APDF, random ports.</summary>
    PortRestricted,

    /// <summary>EIM, APDF, ports preserved: the usual home router.</summary>
    PortPreserving,

    /// <summary>Linux masquerade: as good as <see cref="PortPreserving"/> unless a packet of the peer came first.</summary>
    Linux,

    /// <summary>A home router behind a carrier's NAT.</summary>
    Carrier,

    /// <summary>ADM, APDF, random ports.</summary>
    AddressDependent,

    /// <summary>APDM, EIF, random ports.</summary>
    SymmetricEif,

    /// <summary>APDM, APDF, one port after the other.</summary>
    SymmetricSequential,

    /// <summary>APDM, APDF, random ports.</summary>
    SymmetricRandom,
}

/// <summary>What the kinds are called and do.</summary>
public static class PeerKinds
{
    /// <summary>All kinds, the easiest to reach first.</summary>
    public static IReadOnlyList<PeerKind> All { get; } = Enum.GetValues<PeerKind>();

    /// <summary>The name people type and programs read.</summary>
    public static string Name(this PeerKind kind) => kind switch
    {
        PeerKind.Open => "open",
        PeerKind.Firewall => "firewall",
        PeerKind.FullCone => "full-cone",
        PeerKind.AddressRestricted => "address-restricted",
        PeerKind.PortRestricted => "port-restricted",
        PeerKind.PortPreserving => "port-preserving",
        PeerKind.Linux => "linux",
        PeerKind.Carrier => "carrier",
        PeerKind.AddressDependent => "adm",
        PeerKind.SymmetricEif => "symmetric-eif",
        PeerKind.SymmetricSequential => "symmetric-sequential",
        PeerKind.SymmetricRandom => "symmetric-random",
        _ => throw new UnreachableException(),
    };

    /// <summary>What a NAT of this kind does.</summary>
    public static NatTraits Traits(this PeerKind kind) => kind switch
    {
        PeerKind.Open => new(MappingBehavior.None, FilteringBehavior.None, AllocationBehavior.Preserving),
        PeerKind.Firewall => new(MappingBehavior.None, FilteringBehavior.AddressAndPortDependent, AllocationBehavior.Preserving),
        PeerKind.FullCone => new(MappingBehavior.EndpointIndependent, FilteringBehavior.EndpointIndependent, AllocationBehavior.Random),
        PeerKind.AddressRestricted => new(MappingBehavior.EndpointIndependent, FilteringBehavior.AddressDependent, AllocationBehavior.Random),
        PeerKind.PortRestricted or PeerKind.Carrier => Restricted(AllocationBehavior.Random),
        PeerKind.PortPreserving or PeerKind.Linux => Restricted(AllocationBehavior.Preserving),
        PeerKind.AddressDependent => new(
            MappingBehavior.AddressDependent, FilteringBehavior.AddressAndPortDependent, AllocationBehavior.Random),
        PeerKind.SymmetricEif => Symmetric(FilteringBehavior.EndpointIndependent, AllocationBehavior.Random),
        PeerKind.SymmetricSequential => Symmetric(FilteringBehavior.AddressAndPortDependent, AllocationBehavior.Sequential),
        PeerKind.SymmetricRandom => Symmetric(FilteringBehavior.AddressAndPortDependent, AllocationBehavior.Random),
        _ => throw new UnreachableException(),
    };

    private static NatTraits Restricted(AllocationBehavior allocation) =>
        new(MappingBehavior.EndpointIndependent, FilteringBehavior.AddressAndPortDependent, allocation);

    private static NatTraits Symmetric(FilteringBehavior filtering, AllocationBehavior allocation) =>
        new(MappingBehavior.AddressAndPortDependent, filtering, allocation);
}
