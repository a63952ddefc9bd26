using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>The addresses at which others may reach this machine.</summary>
public static class LocalInterfaces
{
    /// <summary>
    /// The addresses of the interfaces that are up, the most useful for a peer first. Link-local IPv6 addresses are left out: they need the
    /// name of an interface on the peer's machine.
    /// </summary>
    /// <param name="loopback">Whether loopback addresses count. They do if all peers and servers are on this machine.</param>
    public static IReadOnlyList<LocalAddress> Addresses(LoopbackUse loopback) =>
    [
        .. InterfaceAddress.Order([.. InterfaceAddress.All()
            .Where(each => each.IsUp && (loopback == LoopbackUse.Included || !each.IsLoopback) && !IsLinkLocalV6(each.Address))])
            .Select(each => each.Own)
            .Distinct(),
    ];

    /// <summary>
    /// The addresses that the system would send from, for systems where the interfaces cannot be listed, as in a sandbox. Their subnets are
    /// unknown.
    /// </summary>
    /// <param name="remotes">The peers and servers; an address of the Internet is added.</param>
    internal static IReadOnlyList<LocalAddress> ByRoute(IEnumerable<TransportAddress> remotes) =>
    [
        .. remotes.Concat(Internet).Select(LocalRoute.Towards).OfType<HostAddress>()
            .Where(own => !own.IsAny && !own.IsLoopback && !IsLinkLocalV6(own))
            .Distinct().Select(own => new LocalAddress(own, PrefixLength: 0)),
    ];

    // Any addresses that only a default route reaches. Nothing is sent there.
    private static readonly TransportAddress[] Internet =
    [
        TransportAddress.Parse("192.0.2.1:9"), TransportAddress.Parse("[2001:db8::1]:9"),
    ];

    private static bool IsLinkLocalV6(HostAddress address) => address.IsV6 && address.Scope() == AddressScope.LinkLocal;
}

/// <summary>Whether loopback addresses count.</summary>
public enum LoopbackUse
{
    /// <summary>They do not count.</summary>
    Excluded,

    /// <summary>They count.</summary>
    Included,
}
