using System.Buffers.Binary;
using Punch.Protocol;

namespace Punch.Server.Http;

/// <summary>
/// The header of the PROXY protocol, version 2, in which a proxy names the client: first 12 fixed bytes, a byte of version and command, a
/// byte of family and protocol, and the length of the addresses. Only listed proxies may send it.
/// </summary>
internal static class ProxyHeader
{
    /// <summary>The fixed part, in bytes.</summary>
    public const int FixedLength = 16;

    /// <summary>The longest that follows, in bytes: IPv6 addresses and what proxies add.</summary>
    public const int MaxRest = 536;

    private const byte Local = 0x20;
    private const byte Proxy = 0x21;
    private const byte TcpV4 = 0x11;
    private const byte TcpV6 = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Whether a connection begins with this header, by its first byte.</summary>
    public static bool MayBegin(byte first) => first == '\r';

    /// <summary>Reads the length of the rest; false if the fixed part is wrong.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> header, out int rest)
    {
        rest = BinaryPrimitives.ReadUInt16BigEndian(header[14..]);
        return header.StartsWith(Signature) && header[12] is Local or Proxy && rest <= MaxRest;
    }

    /// <summary>Reads the client.</summary>
    /// <param name="header">The fixed part, which is right.</param>
    /// <param name="rest">The rest, whole.</param>
    /// <param name="client">The client; null if the proxy speaks for itself, as in a health check.</param>
    /// <returns>False if the client is not on TCP, or its address is cut short.</returns>
    public static bool TryRead(ReadOnlySpan<byte> header, ReadOnlySpan<byte> rest, out TransportAddress? client)
    {
        client = null;
        if (header[12] == Local) { return true; }

        // source(4 or 16) + destination(4 or 16) + source port(2) + destination port(2)
        int length = header[13] switch { TcpV4 => 4, TcpV6 => 16, _ => 0 };
        if (length == 0 || rest.Length < (2 * length) + 4) { return false; }

        ushort port = BinaryPrimitives.ReadUInt16BigEndian(rest[(2 * length)..]);
        client = new TransportAddress(HostAddress.FromBytes(rest[..length]), port, Transport.Tcp);
        return true;
    }
}
