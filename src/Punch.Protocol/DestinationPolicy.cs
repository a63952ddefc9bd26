namespace Punch.Protocol;

/// <summary>
/// Decides which unproven addresses may get a datagram if others named them. A peer may name any address, a server may claim anything, and
/// a box on the way may reroute frames. So without this policy they could use this machine as a scanner. Addresses that the user typed are
/// not checked here.
/// </summary>
internal sealed class DestinationPolicy
{
    // A translator or a tunnel on the way forwards these to an IPv4 address inside, perhaps a private one. No peer has such an address of
    // its own.
    private static readonly Prefix[] Disguises =
    [
        Prefix.Parse("::/96"), // RFC 4291 §2.5.5.1: IPv4-compatible
        Prefix.Parse("64:ff9b::/96"), // RFC 6052 §2.1: NAT64
        Prefix.Parse("64:ff9b:1::/48"), // RFC 8215: NAT64 of a site
        Prefix.Parse("2001::/32"), // RFC 4380: Teredo
        Prefix.Parse("2002::/16"), // RFC 3056: 6to4
        Prefix.Parse("fec0::/10"), // RFC 3879: site-local addresses, replaced by RFC 4193
    ];

    // Services of clouds that hand out credentials to whoever asks from a machine. What is link-local is not allowed anyway.
    private static readonly Prefix[] Metadata =
    [
        Prefix.Parse("fd00:ec2::/32"), Prefix.Parse("fd20:ce::/32"), Prefix.Parse("100.100.100.200/32"), Prefix.Parse("192.0.0.192/32"),
    ];

    /// <summary>This machine's addresses and their subnets.</summary>
    public IReadOnlyList<LocalAddress> Hosts { get; set; } = [];

    /// <summary>
    /// Whether a server sees both sides at one public address. Then a private address of the peer may be reachable although it is on no
    /// local subnet, and the router between both may not hairpin.
    /// </summary>
    public bool IsSameSite { get; set; }

    /// <summary>
    /// The link (the scope of an own interface) by which the server is reached, where that has a link-local IPv6 address; 0 otherwise. Such
    /// addresses count on this link, and on no other.
    /// </summary>
    public uint Link { get; set; }

    /// <summary>An address as others name it, who know no interface of this machine: a link-local one is on the server's link.</summary>
    public TransportAddress OnLink(in TransportAddress address)
    {
        bool isBare = Link != 0 && address.Host is { IsV6: true, ScopeId: 0 } && address.Host.Scope() == AddressScope.LinkLocal;
        return isBare ? address with { Host = address.Host.WithScope(Link) } : address;
    }

    /// <summary>Whether an address may be tried: a public one, one on a subnet of ours, or a private one of the same site.</summary>
    public bool Allows(in TransportAddress address) => IsHost(address) && address.Host.Scope() switch
    {
        AddressScope.Public => !IsDisguised(address.Host),
        AddressScope.Private or AddressScope.Shared => IsSameSite || Hosts.IsNear(address.Host),
        AddressScope.LinkLocal => address.Host.IsV6 ? Link != 0 && address.Host.ScopeId == Link : Hosts.IsNear(address.Host),
        _ => false,
    };

    /// <summary>
    /// Whether the address of a party that a server saw may be tried. A server inside a private network, or on this machine, sees parties
    /// inside that network. A client of such a server can reach them.
    /// </summary>
    public bool AllowsSeen(in TransportAddress address, in TransportAddress server)
    {
        AddressScope scope = address.Host.Scope();
        bool isAsServer = scope == server.Host.Scope() && scope is AddressScope.Private or AddressScope.Shared or AddressScope.Loopback;
        return (isAsServer && IsHost(address)) || Allows(address);
    }

    /// <summary>
    /// Whether a single host can have this address, as far as this machine knows. Nothing is ever sent to any other address.
    /// </summary>
    public bool IsHost(in TransportAddress address) =>
        address.Port != 0 && address.Host.IsUnicast() && !Hosts.IsBroadcast(address.Host);

    private static bool IsIn(Prefix[] prefixes, HostAddress address)
    {
        foreach (Prefix prefix in prefixes)
        {
            if (prefix.Contains(address)) { return true; }
        }

        return false;
    }
}
