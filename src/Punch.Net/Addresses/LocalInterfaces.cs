using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>The addresses at which others may reach this machine.</summary>
public static class LocalInterfaces
{
    /// <summary>
    /// The addresses of the interfaces that are up, without link-local ones of IPv6, which mean nothing without naming an interface of
    /// the machine that uses them, but for those of one link. What a peer can probably use comes first.
    /// </summary>
    /// <param name="loopback">Whether loopback counts: it does where everybody who matters is on this machine.</param>
    /// <param name="link">The interface whose link-local addresses count; 0 for none.</param>
    public static IReadOnlyList<LocalAddress> Addresses(LoopbackUse loopback, uint link = 0) =>
    [
        .. InterfaceAddress.Order([.. InterfaceAddress.All()
            .Where(each => each.IsUp && (loopback == LoopbackUse.Included || !each.IsLoopback) && IsWithin(each.Address, link))])
            .Select(each => each.Own)
            .Distinct(),
    ];

    /// <summary>
    /// The addresses that the system would send from, for systems where the interfaces cannot be listed, as in a sandbox. Their subnets are
    /// unknown.
    /// </summary>
    /// <param name="remotes">The hosts that matter; the Internet is one, too.</param>
    /// <param name="link">The interface whose link-local addresses count; 0 for none.</param>
    internal static IReadOnlyList<LocalAddress> ByRoute(IEnumerable<TransportAddress> remotes, uint link = 0) =>
    [
        .. remotes.Concat(Internet).Select(LocalRoute.Towards).OfType<HostAddress>()
            .Where(own => !own.IsAny && !own.IsLoopback && IsWithin(own, link))
            .Distinct().Select(own => new LocalAddress(own, PrefixLength: 0)),
    ];

    // Any addresses that only a default route reaches. Nothing is sent there.
    private static readonly TransportAddress[] Internet =
    [
        TransportAddress.Parse("192.0.2.1:9"), TransportAddress.Parse("[2001:db8::1]:9"),
    ];

    private static bool IsWithin(HostAddress address, uint link) =>
        !address.IsV6 || address.Scope() != AddressScope.LinkLocal || (link != 0 && address.ScopeId == link);
}

/// <summary>Whether loopback addresses count.</summary>
public enum LoopbackUse
{
    /// <summary>They do not count.</summary>
    Excluded,

    /// <summary>They count.</summary>
    Included,
}
