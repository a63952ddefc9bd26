using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>The addresses under which others may reach this machine.</summary>
public static class LocalInterfaces
{
    private static readonly HostAddress LinkLocalV6 = HostAddress.Parse("fe80::");

    /// <summary>
    /// The addresses of the interfaces that are up, without link-local ones of IPv6, which mean nothing without naming an interface of
    /// whoever uses them.
    /// </summary>
    /// <param name="loopback">Whether loopback counts: it does where everybody who matters is on this machine.</param>
    public static IReadOnlyList<LocalAddress> Addresses(LoopbackUse loopback) =>
    [
        .. InterfaceAddress.All()
            .Where(own => own.IsUp && (loopback == LoopbackUse.Included || !own.IsLoopback) && !LinkLocalV6.SharesPrefix(own.Address, 10))
            .Select(own => new LocalAddress(own.Address, own.PrefixLength))
            .Distinct(),
    ];
}

/// <summary>Whether loopback addresses count.</summary>
public enum LoopbackUse
{
    /// <summary>They do not.</summary>
    Excluded,

    /// <summary>They do.</summary>
    Included,
}
