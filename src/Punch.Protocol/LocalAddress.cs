using System.Buffers.Binary;

namespace Punch.Protocol;

/// <summary>An address of this machine with its subnet.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The prefix length of its subnet: 1 to 32 or 128, or 0 if the subnet is unknown.</param>
public readonly record struct LocalAddress(HostAddress Address, int PrefixLength)
{
    /// <summary>Whether an address is on the subnet, so that no router stands between. All links share one link-local prefix.</summary>
    public bool IsNear(HostAddress address) =>
        PrefixLength > 0 && Address.ScopeId == address.ScopeId && new Prefix(Address, PrefixLength).Contains(address);

    /// <summary>
    /// Whether an address is a broadcast of the subnet: the last address (RFC 919), or the first, which some systems take for a broadcast
    /// (RFC 1122 §3.3.6). Subnets of /31 and /32 have none (RFC 3021), and IPv6 has none.
    /// </summary>
    public bool IsBroadcast(HostAddress address)
    {
        if (address.IsV6 || PrefixLength >= 31 || !IsNear(address)) { return false; }

        Span<byte> bytes = stackalloc byte[4];
        address.Write(bytes);
        uint hostBits = uint.MaxValue >> PrefixLength;
        uint host = BinaryPrimitives.ReadUInt32BigEndian(bytes) & hostBits;
        return host == hostBits || host == 0;
    }
}

/// <summary>Checks an address against the addresses of this machine.</summary>
public static class LocalAddressList
{
    /// <summary>Whether the address is one of them.</summary>
    public static bool HasAddress(this IReadOnlyList<LocalAddress> own, HostAddress address)
    {
        for (int i = 0; i < own.Count; i++)
        {
            if (own[i].Address == address) { return true; }
        }

        return false;
    }

    /// <summary>Whether the address is on a subnet of one of them.</summary>
    public static bool IsNear(this IReadOnlyList<LocalAddress> own, HostAddress address)
    {
        for (int i = 0; i < own.Count; i++)
        {
            if (own[i].IsNear(address)) { return true; }
        }

        return false;
    }

    /// <summary>Whether the address is a broadcast of a subnet of one of them.</summary>
    public static bool IsBroadcast(this IReadOnlyList<LocalAddress> own, HostAddress address)
    {
        for (int i = 0; i < own.Count; i++)
        {
            if (own[i].IsBroadcast(address)) { return true; }
        }

        return false;
    }
}
