namespace Punch.Protocol;

/// <summary>
/// Which addresses get a datagram that others named and that have proven nothing. A peer may name any, a server may say anything, and a
/// way may reroute frames; this machine is nobody's scanner. What the user typed is not judged here.
/// </summary>
internal sealed class DestinationPolicy
{
    // What a translator or a tunnel on the way sends on to an IPv4 address inside, be it a private one: no peer has such an address of its
    // own.
    private static readonly Prefix[] Disguises =
    [
        Prefix.Parse("::/96"), // RFC 4291 §2.5.5.1: IPv4-compatible
        Prefix.Parse("64:ff9b::/96"), // RFC 6052 §2.1: NAT64
        Prefix.Parse("64:ff9b:1::/48"), // RFC 8215: NAT64 of a site
        Prefix.Parse("2001::/32"), // RFC 4380: Teredo
        Prefix.Parse("2002::/16"), // RFC 3056: 6to4
        Prefix.Parse("fec0::/10"), // RFC 3879: addresses of a site, given up for RFC 4193
    ];

    // Services of clouds that give credentials to any program of a machine.
    private static readonly Prefix[] Metadata =
    [
        Prefix.Parse("169.254.169.254/32"), Prefix.Parse("169.254.170.2/32"), Prefix.Parse("fd00:ec2::/32"),
        Prefix.Parse("fd20:ce::/32"), Prefix.Parse("100.100.100.200/32"), Prefix.Parse("192.0.0.192/32"),
    ];

    /// <summary>This machine's addresses and their subnets.</summary>
    public IReadOnlyList<LocalAddress> Hosts { get; set; } = [];

    /// <summary>
    /// Whether a server sees both sides at one public address: a private address of the other side may be reachable though it is on no
    /// subnet of ours, and the router between both may turn nothing round.
    /// </summary>
    public bool IsSameSite { get; set; }

    /// <summary>Whether nothing is tried that others name: the path goes by the relay alone.</summary>
    public bool IsRelayOnly { get; init; }

    /// <summary>Whether the user wants private addresses tried wherever they are.</summary>
    public bool TriesPrivate { get; init; }

    /// <summary>Private hosts to which this machine has a route of their own, as a VPN makes: another than the default route.</summary>
    public IReadOnlySet<HostAddress> Routed { get; set; } = new HashSet<HostAddress>();

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

    /// <summary>
    /// Whether an address may be tried: a public one, one on a subnet of ours, or a private one of the same site, or with a route.
    /// </summary>
    public bool Allows(in TransportAddress address) =>
        !Hides(address) && IsHost(address) && !IsIn(Metadata, address.Host) && AllowsScope(address);

    // A TURN server of this side shows its own address there.
    private bool Hides(in TransportAddress address) => IsRelayOnly && address.Transport != Transport.Turned;

    private bool AllowsScope(in TransportAddress address) => address.Host.Scope() switch
    {
        AddressScope.Public => !IsIn(Disguises, address.Host),
        AddressScope.Private or AddressScope.Shared =>
            TriesPrivate || IsSameSite || Hosts.IsNear(address.Host) || Routed.Contains(address.Host),
        AddressScope.LinkLocal => address.Host.IsV6 ? Link != 0 && address.Host.ScopeId == Link : Hosts.IsNear(address.Host),
        _ => false,
    };

    /// <summary>
    /// Whether an address may be tried at which a server sees a party. A server inside a private network, or on this machine, sees
    /// parties inside it: a client of such a server is in reach of them.
    /// </summary>
    public bool AllowsSeen(in TransportAddress address, in TransportAddress server)
    {
        AddressScope scope = address.Host.Scope();
        bool isAsServer = scope == server.Host.Scope() && scope is AddressScope.Private or AddressScope.Shared or AddressScope.Loopback;
        return (isAsServer && !Hides(address) && IsHost(address)) || Allows(address);
    }

    /// <summary>Whether a single host can have this address, as far as this machine knows: nothing else is ever sent to.</summary>
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
