using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Punch.Protocol;

namespace Punch.Net;

/// <summary>
/// The system's own form of a transport address, read and written in place, since <see cref="IPEndPoint"/> would allocate for every
/// datagram. Linux, Windows and macOS agree on the offsets; the first two bytes, in which they differ, come from
/// <see cref="SocketAddress"/>.
/// <code>
/// sockaddr_in   family(2) port(2, network order) address(4) zero(8)
/// sockaddr_in6  family(2) port(2, network order) flow(4) address(16) scope(4, host order)
/// </code>
/// </summary>
internal static class SocketAddressCodec
{
    /// <summary>sockaddr_in6, the larger of the two.</summary>
    public const int MaxLength = 28;

    /// <summary>sockaddr_in.</summary>
    public const int V4Length = 16;

    private const int PortAt = 2;
    private const int V4At = 4;
    private const int V6At = 8;
    private const int ScopeAt = 24;

    /// <summary>Reads an address of the given family; false when the bytes are too few for one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool isV6, out TransportAddress address)
    {
        address = default;
        if (bytes.Length < (isV6 ? MaxLength : V4At + 4)) { return false; }

        HostAddress host = isV6
            ? ReadHost(bytes[V6At..], MemoryMarshal.Read<uint>(bytes[ScopeAt..]))
            : HostAddress.FromBytes(bytes.Slice(V4At, 4));
        address = new TransportAddress(host, BinaryPrimitives.ReadUInt16BigEndian(bytes[PortAt..]));
        return true;
    }

    /// <summary>Writes port and address after the family, which the caller wrote. The address must be of that family.</summary>
    public static void Write(Span<byte> bytes, in TransportAddress address)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes[PortAt..], address.Port);
        address.Host.Write(bytes[(address.Host.IsV6 ? V6At : V4At)..]);
        if (address.Host.IsV6) { MemoryMarshal.Write(bytes[ScopeAt..], address.Host.ScopeId); }
    }

    /// <summary>An IPv6 address from 16 bytes and its interface.</summary>
    public static HostAddress ReadHost(ReadOnlySpan<byte> address, uint scope)
    {
        // As in HostAddress.FromIPAddress: the scope counts for fe80::/10 only. Otherwise one peer would have two addresses.
        bool isLinkLocal = address[0] == 0xFE && (address[1] & 0xC0) == 0x80;
        return HostAddress.FromBytes(address[..16], isLinkLocal ? scope : 0);
    }
}
