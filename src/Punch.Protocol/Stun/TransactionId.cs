using System.Buffers.Binary;
using System.Globalization;

namespace Punch.Protocol.Stun;

/// <summary>
/// The 96 bits that connect a reply to its request (RFC 8489 §5). They come from the driver's secure source: an attacker that does not see
/// the request must not be able to forge the reply.
/// </summary>
public readonly record struct TransactionId
{
    /// <summary>The length on the wire in bytes.</summary>
    public const int Length = 12;

    private readonly ulong _high;
    private readonly uint _low;

    private TransactionId(ulong high, uint low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>Makes an id from 12 bytes.</summary>
    /// <exception cref="ArgumentException">The number of bytes is wrong.</exception>
    public static TransactionId FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) { throw new ArgumentException("a transaction id has 12 bytes", nameof(bytes)); }

        return new TransactionId(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));
    }

    /// <summary>Writes the 12 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < Length) { throw new ArgumentException("a transaction id has 12 bytes", nameof(destination)); }

        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], _low);
    }

    /// <summary>24 hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_high:x16}{_low:x8}");
}
