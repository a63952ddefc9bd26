using System.Buffers.Binary;
using System.Numerics;

namespace Punch.Protocol.Streams;

/// <summary>Integers of 1, 2, 4 or 8 bytes: RFC 9000 §16. The first two bits say the length.</summary>
internal static class VarInt
{
    /// <summary>The largest value: 2^62 - 1.</summary>
    public const ulong Max = (1UL << 62) - 1;

    /// <summary>The most bytes of one.</summary>
    public const int MaxLength = 8;

    private const int ValueBitsOfByte = 6;
    private const int ValueBitsOfTwo = 14;
    private const int ValueBitsOfFour = 30;
    private const byte ValueMask = 0x3F;

    /// <summary>The number of bytes of a value up to <see cref="Max"/>: 1, 2, 4 or 8.</summary>
    public static int LengthOf(ulong value) => (64 - BitOperations.LeadingZeroCount(value)) switch
    {
        <= ValueBitsOfByte => 1,
        <= ValueBitsOfTwo => 2,
        <= ValueBitsOfFour => 4,
        _ => MaxLength,
    };

    /// <summary>Writes a value up to <see cref="Max"/> in its shortest form and returns the number of bytes.</summary>
    public static int Write(ulong value, Span<byte> destination)
    {
        switch (LengthOf(value))
        {
            case 1:
                destination[0] = (byte)value;
                return 1;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(value | 1UL << ValueBitsOfTwo));
                return 2;
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)(value | 2UL << ValueBitsOfFour));
                return 4;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(destination, value | 3UL << 62);
                return MaxLength;
        }
    }

    /// <summary>Reads a value from the front and moves past it; false, with nothing moved, if the bytes end too soon.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        if (bytes.IsEmpty) { return false; }

        int length = 1 << (bytes[0] >> ValueBitsOfByte);
        if (bytes.Length < length) { return false; }

        value = (ulong)(bytes[0] & ValueMask);
        for (int i = 1; i < length; i++) { value = value << 8 | bytes[i]; }

        bytes = bytes[length..];
        return true;
    }
}
