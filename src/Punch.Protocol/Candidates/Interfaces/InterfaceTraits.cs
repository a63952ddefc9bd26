namespace Punch.Protocol.Candidates.Interfaces;

/// <summary>What kind of link an interface is.</summary>
public enum InterfaceLink
{
    /// <summary>A device: a network card, a radio.</summary>
    Physical,

    /// <summary>Neither a device nor a bridge, as a tunnel or a container's end of a pair; or not known.</summary>
    Other,

    /// <summary>A bridge, as containers and virtual machines have.</summary>
    Bridge,
}

/// <summary>What is known of the interface that an address stands on.</summary>
/// <param name="HasDefaultRoute">Whether a default route goes out there.</param>
/// <param name="Link">What kind of link it is.</param>
/// <param name="HasCarrier">Whether it is connected.</param>
public readonly record struct InterfaceTraits(bool HasDefaultRoute, InterfaceLink Link, bool HasCarrier);

/// <summary>
/// The order in which a peer is told of addresses: a hello holds only so many, and a host of containers has more. What a peer can probably
/// use comes first.
/// </summary>
public static class AddressOrder
{
    /// <summary>The rank of an address, the best 0.</summary>
    /// <param name="address">The address.</param>
    /// <param name="traits">What is known of its interface.</param>
    public static int Rank(HostAddress address, InterfaceTraits traits) => traits switch
    {
        { HasCarrier: false } => 5,
        { HasDefaultRoute: true } => 0,
        { Link: InterfaceLink.Bridge } => 4,
        _ when address.IsV6 && address.IsPublic() => 1,
        { Link: InterfaceLink.Physical } => 2,
        _ => 3,
    };
}
