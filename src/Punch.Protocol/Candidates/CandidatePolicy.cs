namespace Punch.Protocol.Candidates;

/// <summary>
/// Which addresses of a peer are probed. A peer may name any, and a server may say anything; this machine is nobody's scanner.
/// </summary>
internal static class CandidatePolicy
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

    /// <summary>Whether an address from a hello is probed: a public one, or one on a subnet of ours.</summary>
    public static bool Allows(in TransportAddress address, IReadOnlyList<LocalAddress> hosts) =>
        address.Port != 0 && address.Host.Scope() switch
        {
            AddressScope.Public => !hosts.IsBroadcast(address.Host) && !IsDisguised(address.Host),
            AddressScope.Private or AddressScope.Shared => hosts.IsNear(address.Host) && !hosts.IsBroadcast(address.Host),
            _ => false,
        };

    /// <summary>
    /// Whether an address is probed at which a server sees the peer. A server inside a private network, or on this machine, sees peers
    /// inside it: a client of such a server is in reach of them.
    /// </summary>
    public static bool AllowsSeen(in TransportAddress address, in TransportAddress server, IReadOnlyList<LocalAddress> hosts)
    {
        AddressScope scope = address.Host.Scope();
        bool isAsServer = scope == server.Host.Scope() && scope is AddressScope.Private or AddressScope.Shared or AddressScope.Loopback;
        return (isAsServer && address.Port != 0 && !hosts.IsBroadcast(address.Host)) || Allows(address, hosts);
    }

    private static bool IsDisguised(HostAddress address)
    {
        foreach (Prefix prefix in Disguises)
        {
            if (prefix.Contains(address)) { return true; }
        }

        return false;
    }
}
