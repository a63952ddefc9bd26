using System.Buffers.Binary;
using System.Globalization;

namespace Punch.Protocol.Frames;

/// <summary>
/// One process in one meeting: 16 random bytes, new with each process. It is not a secret. Ids are ordered bytewise. The lower of two is
/// the low party, which decides where one side must decide.
/// </summary>
public readonly record struct PartyId(UInt128 Value) : IComparable<PartyId>
{
    /// <summary>The length on the wire in bytes.</summary>
    public const int Length = 16;

    /// <summary>Makes an id from 16 bytes.</summary>
    /// <exception cref="ArgumentException">The number of bytes is wrong.</exception>
    public static PartyId FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
            ? new PartyId(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : throw new ArgumentException("a party id has 16 bytes", nameof(bytes));

    /// <summary>Writes the 16 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is too short.</exception>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>Whether this is the low party of the two.</summary>
    public bool IsBelow(PartyId other) => Value < other.Value;

    /// <inheritdoc/>
    public int CompareTo(PartyId other) => Value.CompareTo(other.Value);

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
