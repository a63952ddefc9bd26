using Punch.Protocol.Discovery;

namespace Punch.Protocol.Meeting.Agent;

/// <summary>
/// Which addresses of a peer are probed. A peer may name any, and a server may say anything; this machine is nobody's scanner.
/// </summary>
internal static class CandidatePolicy
{
    /// <summary>Whether an address from a hello is probed: a public one, or one on a subnet of ours.</summary>
    public static bool Allows(in TransportAddress address, IReadOnlyList<LocalAddress> hosts) =>
        address.Port != 0 && address.Host.Scope() switch
        {
            NetworkScope.Public => !IsBroadcast(address.Host, hosts),
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

    // The last address of a subnet: RFC 919. Subnets of /31 and /32 have none (RFC 3021).
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
            if (isInside && (bits | (uint.MaxValue << (32 - prefix))) == uint.MaxValue) { return true; }
        }

        return false;
    }
}
