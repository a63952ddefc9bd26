namespace Punch.Protocol.Discovery;

/// <summary>How far an address reaches.</summary>
public enum NetworkScope
{
    /// <summary>The whole Internet. Documentation prefixes count as public: simulated and lab networks use them.</summary>
    Public,

    /// <summary>RFC 1918 and RFC 4193: a home, a company.</summary>
    Private,

    /// <summary>100.64.0.0/10: between a carrier's NAT and its customers (RFC 6598).</summary>
    Shared,

    /// <summary>One link.</summary>
    LinkLocal,

    /// <summary>This machine.</summary>
    Loopback,

    /// <summary>No single host.</summary>
    Unusable,
}

/// <summary>Tells an address's scope.</summary>
public static class NetworkScopes
{
    private static readonly (HostAddress Prefix, int Bits, NetworkScope Scope)[] Prefixes =
    [
        (HostAddress.Parse("0.0.0.0"), 8, NetworkScope.Unusable),
        (HostAddress.Parse("10.0.0.0"), 8, NetworkScope.Private),
        (HostAddress.Parse("100.64.0.0"), 10, NetworkScope.Shared),
        (HostAddress.Parse("127.0.0.0"), 8, NetworkScope.Loopback),
        (HostAddress.Parse("169.254.0.0"), 16, NetworkScope.LinkLocal),
        (HostAddress.Parse("172.16.0.0"), 12, NetworkScope.Private),
        (HostAddress.Parse("192.168.0.0"), 16, NetworkScope.Private),
        (HostAddress.Parse("224.0.0.0"), 3, NetworkScope.Unusable),
        (HostAddress.AnyV6, 128, NetworkScope.Unusable),
        (HostAddress.Parse("::1"), 128, NetworkScope.Loopback),
        (HostAddress.Parse("fc00::"), 7, NetworkScope.Private),
        (HostAddress.Parse("fe80::"), 10, NetworkScope.LinkLocal),
        (HostAddress.Parse("ff00::"), 8, NetworkScope.Unusable),
    ];

    /// <summary>The scope of an address: RFC 6890 and the registries it founded.</summary>
    public static NetworkScope Scope(this HostAddress address)
    {
        foreach ((HostAddress prefix, int bits, NetworkScope scope) in Prefixes)
        {
            if (address.SharesPrefix(prefix, bits)) { return scope; }
        }

        return NetworkScope.Public;
    }
}
