using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;

namespace Punch.Tests.Stun;

/// <summary>Makes broken messages from valid ones. The same seed makes the same bytes. It allocates nothing.</summary>
internal static class StunMutator
{
    public const int BufferLength = 4096;

    private const int DefaultCount = 200_000;
    private const int LongestSource = 1024;

    private static readonly byte[][] Sources = StunData.Messages();

    private static readonly ushort[] Words =
    [
        0x0000, 0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x0008, 0x0009, 0x000A, 0x0010, 0x0014, 0x0015, 0x001C, 0x001D, 0x001E, 0x0020,
        0x0026, 0x0027, 0x0101, 0x0111, 0x00FF, 0x7FFF, 0x8000, 0x8002, 0x8003, 0x8020, 0x8022, 0x8023, 0x8027, 0x8028, 0x802B, 0x802C,
        0xFF50, 0xFF51, 0xFFFC, 0xFFFD, 0xFFFF,
    ];

    /// <summary>The number of mutations of a test: PUNCH_MUTATIONS, or a number that takes about a second.</summary>
    public static long Count { get; } =
        long.TryParse(Environment.GetEnvironmentVariable("PUNCH_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : DefaultCount;

    /// <summary>Writes the mutation of this seed into the buffer and returns its length.</summary>
    public static int Make(ulong seed, Span<byte> buffer)
    {
        var random = new SplitMix64(seed);
        byte[] source = Sources[random.NextInt(Sources.Length)];
        source.CopyTo(buffer);
        int length = source.Length;
        for (int i = random.NextInt(6); i >= 0; i--) { length = Mutate(ref random, buffer, length); }

        // most mutations get their header repaired, because otherwise nothing after it would be tested
        if (random.NextInt(8) != 0 && length >= 20) { length = RepairHeader(buffer, length); }

        return random.NextInt(4) == 0 && length >= 20 ? AppendFingerprint(buffer, length) : length;
    }

    private static int Mutate(ref SplitMix64 random, Span<byte> buffer, int length)
    {
        if (length == 0) { return 0; }

        int at = random.NextInt(length);
        switch (random.NextInt(7))
        {
            case 0:
                buffer[at] ^= (byte)(1 << random.NextInt(8));
                return length;
            case 1:
                buffer[at] = (byte)(random.Next() & 0xFF);
                return length;
            case 2 when length >= 2:
                at &= ~1;
                BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], Words[random.NextInt(Words.Length)]);
                return Math.Max(length, at + 2);
            case 3:
                return random.NextInt(3) == 0 ? at : length & ~3;
            case 4 when length <= LongestSource: // a part comes twice
                int part = Math.Min(random.NextInt(64), length - at);
                buffer[at..length].CopyTo(buffer[(at + part)..]);
                return length + part;
            case 5: // a part is missing
                int gap = Math.Min(4 * random.NextInt(8), length - at);
                buffer[(at + gap)..length].CopyTo(buffer[at..]);
                return length - gap;
            case 6 when length <= LongestSource: // the attributes of another message follow
                ReadOnlySpan<byte> other = Sources[random.NextInt(Sources.Length)].AsSpan(20);
                other.CopyTo(buffer[length..]);
                return length + other.Length;
            default:
                return length;
        }
    }

    private static int RepairHeader(Span<byte> buffer, int length)
    {
        length = 20 + ((length - 20) & ~3);
        buffer[0] &= 0x3F;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)(length - 20));
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], 0x2112A442);
        return length;
    }

    private static int AppendFingerprint(Span<byte> buffer, int length)
    {
        length = RepairHeader(buffer, length);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)(length + 8 - 20));
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], 0x80280004);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[(length + 4)..], Crc32.HashToUInt32(buffer[..length]) ^ 0x5354554E);
        return length + 8;
    }
}
