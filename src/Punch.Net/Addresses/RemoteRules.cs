using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>Which addresses may be punched towards: those of a single host.</summary>
public static class RemoteRules
{
    /// <summary>Refuses what names no single host. A pure check, without a look at the interfaces.</summary>
    /// <exception cref="LocalNetworkException">With <see cref="LocalNetworkError.NotUnicast"/>: unspecified, multicast, limited broadcast,
    /// or link-local without saying on which link.</exception>
    public static void RequireUnicast(HostAddress address)
    {
        if (Objection(address) is { } objection) { throw new LocalNetworkException(LocalNetworkError.NotUnicast, objection); }
    }

    /// <summary>Why an address names no single host; null when it does. One lower-case line that begins with the address.</summary>
    public static string? Objection(HostAddress address) => address switch
    {
        { IsAny: true } => $"{address} means any address, not a host",
        { IsMulticast: true } => $"{address} is a multicast address, not a host",
        { IsLimitedBroadcast: true } => $"{address} is the broadcast address, not a host",
        { IsV6: true, ScopeId: 0 } when address.Scope() == AddressScope.LinkLocal => $"{address} needs its interface, as in {address}%eth0",
        _ => null,
    };

    /// <summary>
    /// Whether this is the broadcast address of a subnet of an own interface. Lists the interfaces: ask only after a send was denied.
    /// </summary>
    public static bool IsDirectedBroadcast(HostAddress address) =>
        !address.IsV6 && InterfaceAddress.All().Any(each => each.Own.IsBroadcast(address));

    /// <summary>
    /// Whether no router stands between: a loopback or link-local address, or one of a subnet of an own interface. Lists the interfaces
    /// for private addresses only: public ones are next door in a data centre at most.
    /// </summary>
    public static bool IsOnLink(HostAddress address)
    {
        if (address.IsLoopback || address.ScopeId != 0) { return true; }

        return !address.IsPublic() && InterfaceAddress.All().Any(each => each.Own.IsNear(address));
    }
}
