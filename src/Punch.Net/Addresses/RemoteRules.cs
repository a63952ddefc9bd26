using System.Buffers.Binary;
using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>Which addresses may be punched towards: those of a single host.</summary>
public static class RemoteRules
{
    private static readonly HostAddress LinkLocalV6 = HostAddress.FromBytes([0xFE, 0x80, .. new byte[14]]);

    /// <summary>Refuses what names no single host. A pure check, without a look at the interfaces.</summary>
    /// <exception cref="LocalNetworkException">With <see cref="LocalNetworkError.NotUnicast"/>: unspecified, multicast, limited broadcast,
    /// or link-local without saying on which link.</exception>
    public static void RequireUnicast(HostAddress address)
    {
        string? reason = address switch
        {
            { IsAny: true } => "means any address, not a host",
            { IsMulticast: true } => "is a multicast address, not a host",
            { IsLimitedBroadcast: true } => "is the broadcast address, not a host",
            { ScopeId: 0 } when LinkLocalV6.SharesPrefix(address, 10) => $"needs its interface, as in {address}%eth0",
            _ => null,
        };
        if (reason is not null) { throw new LocalNetworkException(LocalNetworkError.NotUnicast, $"{address} {reason}"); }
    }

    /// <summary>Whether this is the broadcast address of a subnet of an own interface. Lists the interfaces: ask only after a send was denied.</summary>
    public static bool IsDirectedBroadcast(HostAddress address) =>
        !address.IsV6 && InterfaceAddress.All().Any(own => IsBroadcastOf(address, own.Address, own.PrefixLength));

    /// <summary>
    /// Whether no router stands between: a loopback or link-local address, or one of a subnet of an own interface. Lists the interfaces
    /// for private addresses only: public ones are next door in a data centre at most.
    /// </summary>
    public static bool IsOnLink(HostAddress address)
    {
        if (address.IsLoopback || address.ScopeId != 0) { return true; }

        return !AddressScope.IsPublic(address)
            && InterfaceAddress.All().Any(own => own.Address.SharesPrefix(address, own.PrefixLength));
    }

    /// <summary>Whether an address is the last one of the subnet of <paramref name="own"/>. Subnets of /31 and /32 have no broadcast (RFC 3021).</summary>
    internal static bool IsBroadcastOf(HostAddress address, HostAddress own, int prefixLength)
    {
        if (prefixLength > 30 || !own.SharesPrefix(address, prefixLength)) { return false; }

        Span<byte> bytes = stackalloc byte[4];
        address.Write(bytes);
        uint hostBits = uint.MaxValue >> prefixLength;
        return (BinaryPrimitives.ReadUInt32BigEndian(bytes) & hostBits) == hostBits;
    }
}
