using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Punch.Protocol.Stun;

/// <summary>The value of MAPPED-ADDRESS and, under a mask, of XOR-MAPPED-ADDRESS.</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+-------------------------------+
/// |  0, ignored   | family 1 or 2 |     port ^ mask bytes 0, 1    |
/// +---------------+---------------+-------------------------------+      RFC 8489 §14.1, §14.2
/// |          address (32 or 128 bits) ^ mask from byte 0         ...
/// +---------------------------------------------------------------+
/// </code>
/// The mask is the cookie followed by the transaction id: bytes 4 to 19 of the message.
/// </remarks>
internal static class StunAddress
{
    private const int MaskOffset = 4;
    private const int MaskLength = 16;
    private const int HostOffset = 4; // zero(1) + family(1) + port(2)
    private const byte V4 = 0x01;
    private const byte V6 = 0x02;

    public static int ValueLength(in HostAddress host) => HostOffset + host.ByteCount;

    /// <summary>The length of an address as a whole attribute in bytes. It needs no padding.</summary>
    public static int AttributeLength(in HostAddress host) => StunAttribute.HeaderLength + ValueLength(host);

    public static ReadOnlySpan<byte> Mask(ReadOnlySpan<byte> message) => message.Slice(MaskOffset, MaskLength);

    /// <param name="value">The attribute's value.</param>
    /// <param name="mask">16 bytes, or none for a plain address.</param>
    /// <param name="address">The address. An IPv4 address mapped into IPv6 becomes that IPv4 address.</param>
    public static bool TryRead(ReadOnlySpan<byte> value, ReadOnlySpan<byte> mask, out TransportAddress address)
    {
        address = default;
        if (value.Length < HostOffset) { return false; }

        int expected = value[1] switch { V4 => 4, V6 => 16, _ => -1 };
        // zero(1) + family(1) + port(2) + address(4 or 16)
        if (value.Length != HostOffset + expected) { return false; }

        Span<byte> portAndHost = stackalloc byte[2 + MaskLength];
        portAndHost = portAndHost[..(2 + expected)];
        value[2..].CopyTo(portAndHost);
        Flip(portAndHost, mask);
        address = new TransportAddress(HostAddress.FromBytes(portAndHost[2..]), BinaryPrimitives.ReadUInt16BigEndian(portAndHost));
        return true;
    }

    /// <param name="value"><see cref="ValueLength"/> bytes.</param>
    /// <param name="mask">16 bytes, or none for a plain address.</param>
    /// <param name="address">The address to write.</param>
    public static void Write(Span<byte> value, ReadOnlySpan<byte> mask, in TransportAddress address)
    {
        value[0] = 0;
        value[1] = address.Host.IsV6 ? V6 : V4;
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], address.Port);
        address.Host.Write(value[HostOffset..]);
        Flip(value[2..], mask);
    }

    /// <param name="portAndHost">2 + 4 or 2 + 16 bytes.</param>
    /// <param name="mask">16 bytes or none.</param>
    private static void Flip(Span<byte> portAndHost, ReadOnlySpan<byte> mask)
    {
        if (mask.IsEmpty) { return; }

        Span<ushort> port = MemoryMarshal.Cast<byte, ushort>(portAndHost[..2]);
        Span<uint> host = MemoryMarshal.Cast<byte, uint>(portAndHost[2..]);
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(mask);
        port[0] ^= MemoryMarshal.Read<ushort>(mask);
        for (int i = 0; i < host.Length; i++) { host[i] ^= words[i]; }
    }
}
