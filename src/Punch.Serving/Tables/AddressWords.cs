using System.Buffers.Binary;
using Punch.Protocol;

namespace Punch.Serving.Tables;

/// <summary>An address as two 64-bit words, for hashing and storing. IPv4 has the form <c>::ffff:a.b.c.d</c>.</summary>
internal readonly record struct AddressWords(ulong High, ulong Low)
{
    private const ulong V4Prefix = 0xFFFF_0000_0000;

    public static AddressWords Of(in HostAddress host)
    {
        Span<byte> bytes = stackalloc byte[16];
        host.Write(bytes);
        return host.IsV6
            ? new AddressWords(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]))
            : new AddressWords(0, V4Prefix | BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }

    public HostAddress ToHost(uint scope)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return HostAddress.FromBytes(bytes, scope);
    }
}
