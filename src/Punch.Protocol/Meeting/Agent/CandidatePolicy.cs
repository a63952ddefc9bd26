using Punch.Protocol.Discovery;

namespace Punch.Protocol.Meeting.Agent;

/// <summary>
/// Which addresses of a peer are probed. A peer may name any, and a server may say anything; this machine is nobody's scanner.
/// </summary>
internal static class CandidatePolicy
{
    // What a translator or a tunnel on the way sends on to an IPv4 address inside, be it a private one: no peer has such an address of its own.
    private static readonly (HostAddress Prefix, int Bits)[] Disguises =
    [
        (HostAddress.AnyV6, 96), // RFC 4291 §2.5.5.1: IPv4-compatible
        (HostAddress.Parse("64:ff9b::"), 96), // RFC 6052 §2.1: NAT64
        (HostAddress.Parse("64:ff9b:1::"), 48), // RFC 8215: NAT64 of a site
        (HostAddress.Parse("2001::"), 32), // RFC 4380: Teredo
        (HostAddress.Parse("2002::"), 16), // RFC 3056: 6to4
        (HostAddress.Parse("fec0::"), 10), // RFC 3879: addresses of a site, given up for RFC 4193
    ];

    /// <summary>Whether an address from a hello is probed: a public one, or one on a subnet of ours.</summary>
    public static bool Allows(in TransportAddress address, IReadOnlyList<LocalAddress> hosts) =>
        address.Port != 0 && address.Host.Scope() switch
        {
            NetworkScope.Public => !IsBroadcast(address.Host, hosts) && !IsDisguised(address.Host),
            NetworkScope.Private or NetworkScope.Shared => IsNear(address.Host, hosts) && !IsBroadcast(address.Host, hosts),
            _ => false,
        };

    /// <summary>
    /// Whether an address is probed at which a server sees the peer. A server inside a private network, or on this machine, sees peers
    /// inside it: whoever talks to such a server is in reach of them.
    /// </summary>
    public static bool AllowsSeen(in TransportAddress address, in TransportAddress server, IReadOnlyList<LocalAddress> hosts)
    {
        NetworkScope scope = address.Host.Scope();
        bool isAsServer = scope == server.Host.Scope() && scope is NetworkScope.Private or NetworkScope.Shared or NetworkScope.Loopback;
        return (isAsServer && address.Port != 0 && !IsBroadcast(address.Host, hosts)) || Allows(address, hosts);
    }

    /// <summary>Whether an address is on a subnet of ours, so that no NAT stands between.</summary>
    public static bool IsNear(HostAddress address, IReadOnlyList<LocalAddress> hosts)
    {
        for (int i = 0; i < hosts.Count; i++)
        {
            if (hosts[i].PrefixLength > 0 && address.SharesPrefix(hosts[i].Address, hosts[i].PrefixLength)) { return true; }
        }

        return false;
    }

    /// <summary>Whether an address is one of this machine.</summary>
    public static bool IsOwn(HostAddress address, IReadOnlyList<LocalAddress> hosts)
    {
        for (int i = 0; i < hosts.Count; i++)
        {
            if (hosts[i].Address == address) { return true; }
        }

        return false;
    }

    private static bool IsDisguised(HostAddress address)
    {
        foreach ((HostAddress prefix, int bits) in Disguises)
        {
            if (address.SharesPrefix(prefix, bits)) { return true; }
        }

        return false;
    }

    // The last address of a subnet (RFC 919), or the first, which some take for it (RFC 1122 §3.3.6). Subnets of /31 and /32 have none (RFC 3021).
    private static bool IsBroadcast(HostAddress address, IReadOnlyList<LocalAddress> hosts)
    {
        if (address.IsV6) { return false; }

        Span<byte> bytes = stackalloc byte[4];
        address.Write(bytes);
        uint bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
        for (int i = 0; i < hosts.Count; i++)
        {
            int prefix = hosts[i].PrefixLength;
            bool isInside = prefix is > 0 and < 31 && address.SharesPrefix(hosts[i].Address, prefix);
            uint inside = isInside ? uint.MaxValue >> prefix : 0;
            if (isInside && ((bits & inside) == inside || (bits & inside) == 0)) { return true; }
        }

        return false;
    }
}
