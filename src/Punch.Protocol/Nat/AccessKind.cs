using System.Diagnostics;

namespace Punch.Protocol.Nat;

/// <summary>The kinds of network access for predictions, simulation and lab, the easiest to reach first.</summary>
public enum AccessKind
{
    /// <summary>A public address, no filter.</summary>
    Open,

    /// <summary>A public address behind a stateful firewall.</summary>
    Firewall,

    /// <summary>EIM, EIF, random ports.</summary>
    FullCone,

    /// <summary>EIM, EIF, ports preserved.</summary>
    FullConePreserving,

    /// <summary>EIM, ADF, random ports.</summary>
    AddressRestricted,

    /// <summary>EIM, APDF, random ports.</summary>
    PortRestricted,

    /// <summary>EIM, APDF, ports preserved: the usual home router.</summary>
    PortPreserving,

    /// <summary>Linux masquerade: like <see cref="PortPreserving"/>, unless a packet of the peer came first.</summary>
    Linux,

    /// <summary>A home router behind a carrier's NAT.</summary>
    Carrier,

    /// <summary>ADM, APDF, random ports.</summary>
    AddressDependent,

    /// <summary>APDM, EIF, random ports.</summary>
    SymmetricEif,

    /// <summary>APDM, APDF, ports in sequence.</summary>
    SymmetricSequential,

    /// <summary>APDM, APDF, random ports.</summary>
    SymmetricRandom,
}

/// <summary>The names and traits of the kinds.</summary>
public static class AccessKinds
{
    /// <summary>All kinds, the easiest to reach first.</summary>
    public static IReadOnlyList<AccessKind> All { get; } = Enum.GetValues<AccessKind>();

    /// <summary>The kinds of peers that a verdict distinguishes. For its peers, a full cone is one kind, however it picks ports.</summary>
    public static IReadOnlyList<AccessKind> Peers { get; } = [.. All.Where(kind => kind != AccessKind.FullConePreserving)];

    /// <summary>The name that users type and programs read.</summary>
    public static string Name(this AccessKind kind) => kind switch
    {
        AccessKind.Open => "open",
        AccessKind.Firewall => "firewall",
        AccessKind.FullCone => "full-cone",
        AccessKind.FullConePreserving => "full-cone-preserving",
        AccessKind.AddressRestricted => "address-restricted",
        AccessKind.PortRestricted => "port-restricted",
        AccessKind.PortPreserving => "port-preserving",
        AccessKind.Linux => "linux",
        AccessKind.Carrier => "carrier",
        AccessKind.AddressDependent => "adm",
        AccessKind.SymmetricEif => "symmetric-eif",
        AccessKind.SymmetricSequential => "symmetric-sequential",
        AccessKind.SymmetricRandom => "symmetric-random",
        _ => throw new UnreachableException(),
    };

    /// <summary>Finds a kind by its name; false if there is none.</summary>
    public static bool TryFind(string name, out AccessKind kind)
    {
        foreach (AccessKind each in All)
        {
            kind = each;
            if (each.Name() == name) { return true; }
        }

        kind = default;
        return false;
    }

    /// <summary>The traits of a NAT of this kind.</summary>
    public static NatTraits Traits(this AccessKind kind) => kind switch
    {
        AccessKind.Open => new(Mapping.None, Filtering.None, PortAllocation.Preserving),
        AccessKind.Firewall => new(Mapping.None, Filtering.AddressAndPortDependent, PortAllocation.Preserving),
        AccessKind.FullCone => FullCone(PortAllocation.Random),
        AccessKind.FullConePreserving => FullCone(PortAllocation.Preserving),
        AccessKind.AddressRestricted => new(Mapping.EndpointIndependent, Filtering.AddressDependent, PortAllocation.Random),
        AccessKind.PortRestricted or AccessKind.Carrier => Restricted(PortAllocation.Random),
        AccessKind.PortPreserving or AccessKind.Linux => Restricted(PortAllocation.Preserving),
        AccessKind.AddressDependent => new(
            Mapping.AddressDependent, Filtering.AddressAndPortDependent, PortAllocation.Random),
        AccessKind.SymmetricEif => Symmetric(Filtering.EndpointIndependent, PortAllocation.Random),
        AccessKind.SymmetricSequential => Symmetric(Filtering.AddressAndPortDependent, PortAllocation.Sequential),
        AccessKind.SymmetricRandom => Symmetric(Filtering.AddressAndPortDependent, PortAllocation.Random),
        _ => throw new UnreachableException(),
    };

    private static NatTraits FullCone(PortAllocation allocation) =>
        new(Mapping.EndpointIndependent, Filtering.EndpointIndependent, allocation);

    private static NatTraits Restricted(PortAllocation allocation) =>
        new(Mapping.EndpointIndependent, Filtering.AddressAndPortDependent, allocation);

    private static NatTraits Symmetric(Filtering filtering, PortAllocation allocation) =>
        new(Mapping.AddressAndPortDependent, filtering, allocation);
}
