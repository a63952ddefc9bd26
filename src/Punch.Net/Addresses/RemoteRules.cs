using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>Checks that an address belongs to a single host. Only such addresses may be punched towards.</summary>
public static class RemoteRules
{
    /// <summary>Refuses an address that does not belong to a single host. It does not look at the interfaces.</summary>
    /// <exception cref="LocalNetworkException">With <see cref="LocalNetworkError.NotUnicast"/>: unspecified, multicast, limited broadcast,
    /// or link-local without saying on which link.</exception>
    public static void RequireUnicast(HostAddress address)
    {
        if (Objection(address) is { } objection) { throw new LocalNetworkException(LocalNetworkError.NotUnicast, objection); }
    }

    /// <summary>
    /// Why an address does not belong to a single host, as one lower-case line that begins with the address; null if it does.
    /// </summary>
    public static string? Objection(HostAddress address) => address switch
    {
        { IsAny: true } => $"{address} means any address, not a host",
        { IsMulticast: true } => $"{address} is a multicast address, not a host",
        { IsLimitedBroadcast: true } => $"{address} is the broadcast address, not a host",
        { IsV6: true, ScopeId: 0 } when address.Scope() == AddressScope.LinkLocal => $"{address} needs its interface, as in {address}%eth0",
        _ => null,
    };

    /// <summary>
    /// Whether this is the broadcast address of a local subnet. It lists the interfaces: ask only after a send was denied.
    /// </summary>
    public static bool IsDirectedBroadcast(HostAddress address) =>
        !address.IsV6 && InterfaceAddress.All().Any(each => each.Own.IsBroadcast(address));

    /// <summary>
    /// Whether no router is between: a loopback or link-local address, or an address on a local subnet. It lists the interfaces for private
    /// addresses only. Public addresses are on-link only in a data centre.
    /// </summary>
    public static bool IsOnLink(HostAddress address)
    {
        if (address.IsLoopback || address.ScopeId != 0) { return true; }

        return !address.IsPublic() && InterfaceAddress.All().Any(each => each.Own.IsNear(address));
    }
}
