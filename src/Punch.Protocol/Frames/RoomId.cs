using System.Buffers.Binary;
using System.Globalization;

namespace Punch.Protocol.Frames;

/// <summary>Where two parties meet on a server on one day: 16 bytes that follow from code and day, and tell nothing of the code.</summary>
public readonly record struct RoomId(UInt128 Value)
{
    /// <summary>The length on the wire in bytes.</summary>
    public const int Length = 16;

    /// <summary>Makes an id from 16 bytes.</summary>
    /// <exception cref="ArgumentException">The number of bytes is wrong.</exception>
    public static RoomId FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
            ? new RoomId(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : throw new ArgumentException("a room id has 16 bytes", nameof(bytes));

    /// <summary>Writes the 16 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is too short.</exception>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
