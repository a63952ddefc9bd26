namespace Punch.Protocol.Frames;

/// <summary>
/// Whether a NAT's mapping or filtering depends on the destination, as far as a party knows. The numbers are those on the wire.
/// </summary>
public enum Dependence
{
    /// <summary>The party does not know.</summary>
    Unknown = 0,

    /// <summary>It does not depend: one mapping for all destinations, or packets from any source come in.</summary>
    EndpointIndependent = 1,

    /// <summary>It depends on the destination.</summary>
    Dependent = 2,
}

/// <summary>A party's facts about its NAT.</summary>
/// <param name="Mapping">The mapping.</param>
/// <param name="Filtering">The filtering.</param>
/// <param name="HasNoNat">Whether the party's local address is the one that the server saw.</param>
public readonly record struct HelloTraits(Dependence Mapping, Dependence Filtering, bool HasNoNat)
{
    private const int FilteringShift = 2;
    private const int DependenceMask = 0b11;
    private const int NoNatBit = 1 << 4;

    /// <summary>The byte on the wire. Bits without a meaning are 0.</summary>
    internal byte ToByte() => (byte)((int)Mapping | (int)Filtering << FilteringShift | (HasNoNat ? NoNatBit : 0));

    /// <summary>Reads the byte. Values without a meaning count as unknown.</summary>
    internal static HelloTraits FromByte(byte value) =>
        new(ReadDependence(value), ReadDependence(value >> FilteringShift), (value & NoNatBit) != 0);

    private static Dependence ReadDependence(int value) => (value & DependenceMask) switch
    {
        1 => Dependence.EndpointIndependent,
        2 => Dependence.Dependent,
        _ => Dependence.Unknown,
    };
}
