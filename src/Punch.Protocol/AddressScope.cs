namespace Punch.Protocol;

/// <summary>How far an address can be reached.</summary>
public enum AddressScope
{
    /// <summary>
    /// The whole Internet. Documentation prefixes (192.0.2.0/24 and the like) count as public: simulated and lab networks use them.
    /// </summary>
    Public,

    /// <summary>RFC 1918 and RFC 4193: a home, a company.</summary>
    Private,

    /// <summary>100.64.0.0/10: between a carrier's NAT and its customers (RFC 6598).</summary>
    Shared,

    /// <summary>A single link.</summary>
    LinkLocal,

    /// <summary>This machine only.</summary>
    Loopback,

    /// <summary>A group of hosts.</summary>
    Multicast,

    /// <summary>Not a host: unspecified, reserved or the limited broadcast.</summary>
    Unusable,
}

/// <summary>Finds the scope of an address.</summary>
public static class AddressScopes
{
    private static readonly (Prefix Prefix, AddressScope Scope)[] Special =
    [
        (Prefix.Parse("0.0.0.0/8"), AddressScope.Unusable),
        (Prefix.Parse("10.0.0.0/8"), AddressScope.Private),
        (Prefix.Parse("100.64.0.0/10"), AddressScope.Shared),
        (Prefix.Parse("127.0.0.0/8"), AddressScope.Loopback),
        (Prefix.Parse("169.254.0.0/16"), AddressScope.LinkLocal),
        (Prefix.Parse("172.16.0.0/12"), AddressScope.Private),
        (Prefix.Parse("192.168.0.0/16"), AddressScope.Private),
        (Prefix.Parse("224.0.0.0/4"), AddressScope.Multicast),
        (Prefix.Parse("240.0.0.0/4"), AddressScope.Unusable),
        (Prefix.Parse("::/128"), AddressScope.Unusable),
        (Prefix.Parse("::1/128"), AddressScope.Loopback),
        (Prefix.Parse("fc00::/7"), AddressScope.Private),
        (Prefix.Parse("fe80::/10"), AddressScope.LinkLocal),
        (Prefix.Parse("ff00::/8"), AddressScope.Multicast),
    ];

    /// <summary>The scope of an address, by RFC 6890 and the registries that it created.</summary>
    public static AddressScope Scope(this HostAddress address)
    {
        foreach ((Prefix prefix, AddressScope scope) in Special)
        {
            if (prefix.Contains(address)) { return scope; }
        }

        return AddressScope.Public;
    }

    /// <summary>Whether the Internet routes this address.</summary>
    public static bool IsPublic(this HostAddress address) => address.Scope() == AddressScope.Public;

    /// <summary>Whether a single host can have this address.</summary>
    public static bool IsUnicast(this HostAddress address) => address.Scope() is not (AddressScope.Multicast or AddressScope.Unusable);
}
