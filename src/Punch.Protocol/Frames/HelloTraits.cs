namespace Punch.Protocol.Frames;

/// <summary>Whether a NAT's mapping or filtering depends on the other end, as far as a party knows. Numbered as on the wire.</summary>
public enum Dependence
{
    /// <summary>It does not know.</summary>
    Unknown = 0,

    /// <summary>It does not: one mapping for everybody, or packets from anybody come in.</summary>
    EndpointIndependent = 1,

    /// <summary>It does.</summary>
    Dependent = 2,
}

/// <summary>What a party knows of the NAT it is behind.</summary>
/// <param name="Mapping">How it maps.</param>
/// <param name="Filtering">What it lets in.</param>
/// <param name="HasNoNat">Whether the party's own address is the one that the server saw.</param>
public readonly record struct HelloTraits(Dependence Mapping, Dependence Filtering, bool HasNoNat)
{
    private const int FilteringShift = 2;
    private const int DependenceMask = 0b11;
    private const int NoNatBit = 1 << 4;

    /// <summary>The byte on the wire; bits that have no meaning yet are 0.</summary>
    internal byte ToByte() => (byte)((int)Mapping | (int)Filtering << FilteringShift | (HasNoNat ? NoNatBit : 0));

    /// <summary>Reads the byte; what has no meaning yet is unknown.</summary>
    internal static HelloTraits FromByte(byte value) =>
        new(ReadDependence(value), ReadDependence(value >> FilteringShift), (value & NoNatBit) != 0);

    private static Dependence ReadDependence(int value) => (value & DependenceMask) switch
    {
        1 => Dependence.EndpointIndependent,
        2 => Dependence.Dependent,
        _ => Dependence.Unknown,
    };
}
