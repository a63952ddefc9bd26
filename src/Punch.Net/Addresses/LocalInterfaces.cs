using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>The addresses under which others may reach this machine.</summary>
public static class LocalInterfaces
{
    /// <summary>
    /// The addresses of the interfaces that are up, without link-local ones of IPv6, which mean nothing without naming an interface of
    /// the machine that uses them.
    /// </summary>
    /// <param name="loopback">Whether loopback counts: it does where everybody who matters is on this machine.</param>
    public static IReadOnlyList<LocalAddress> Addresses(LoopbackUse loopback) =>
    [
        .. InterfaceAddress.All()
            .Where(each => each.IsUp && (loopback == LoopbackUse.Included || !each.IsLoopback) && !IsLinkLocalV6(each.Address))
            .Select(each => each.Own)
            .Distinct(),
    ];

    private static bool IsLinkLocalV6(HostAddress address) => address.IsV6 && address.Scope() == AddressScope.LinkLocal;
}

/// <summary>Whether loopback addresses count.</summary>
public enum LoopbackUse
{
    /// <summary>They do not.</summary>
    Excluded,

    /// <summary>They do.</summary>
    Included,
}
