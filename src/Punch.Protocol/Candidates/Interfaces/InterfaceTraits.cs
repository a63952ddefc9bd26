namespace Punch.Protocol.Candidates.Interfaces;

/// <summary>The kind of link of an interface.</summary>
public enum InterfaceLink
{
    /// <summary>A device, such as a network card or a radio.</summary>
    Physical,

    /// <summary>Neither a device nor a bridge: a tunnel, the end of a container's pair, or unknown.</summary>
    Other,

    /// <summary>A bridge, as for containers and virtual machines.</summary>
    Bridge,
}

/// <summary>The facts about the interface of an address.</summary>
/// <param name="HasDefaultRoute">Whether a default route uses it.</param>
/// <param name="Link">The kind of link.</param>
/// <param name="HasCarrier">Whether it is connected.</param>
public readonly record struct InterfaceTraits(bool HasDefaultRoute, InterfaceLink Link, bool HasCarrier);

/// <summary>
/// The order in which the peer gets addresses. A hello has little space, and a container host has many addresses. So addresses that a peer
/// can probably use come first.
/// </summary>
public static class AddressOrder
{
    /// <summary>The rank of an address; 0 is the best.</summary>
    /// <param name="address">The address.</param>
    /// <param name="traits">The facts about its interface.</param>
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
