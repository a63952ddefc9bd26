using System.Buffers.Binary;
using System.IO.Hashing;

namespace Punch.Tests.Rendezvous;

/// <summary>Makes broken joins from valid ones, and valid ones of few rooms and parties. The same seed makes the same bytes.</summary>
internal static class JoinMutator
{
    private static readonly byte[][] Sources = MakeSources();

    private static readonly ushort[] Words =
    [
        0x0000, 0x0001, 0x0004, 0x0009, 0x000D, 0x000F, 0x0010, 0x0011, 0x0012, 0x0014, 0x0015, 0x0020, 0x0040, 0x01C0, 0x01C1, 0x7FFF, 0x8000, 0x8028,
        0xFF50, 0xFF60, 0xFF61, 0xFF62, 0xFF63, 0xFF64, 0xFF65, 0xFF66, 0xFFFF,
    ];

    /// <summary>Writes the mutation of this seed into the buffer and returns its length.</summary>
    /// <param name="seed">The number of the mutation.</param>
    /// <param name="cookie">20 bytes in place of the nonce, for joins that have one.</param>
    /// <param name="buffer">2048 bytes or more.</param>
    public static int Make(ulong seed, ReadOnlySpan<byte> cookie, Span<byte> buffer)
    {
        var random = new SplitMix64(seed);
        byte[] source = Sources[random.NextInt(Sources.Length)];
        source.CopyTo(buffer);
        int length = source.Length;
        PutCookie(buffer[..length], cookie);
        for (int i = random.NextInt(4); i > 0; i--) { length = Mutate(ref random, buffer, length); }

        // most get their length and fingerprint repaired, because otherwise nothing after these checks would be tested
        return random.NextInt(8) == 0 ? length : Repair(ref random, buffer, length);
    }

    private static byte[][] MakeSources()
    {
        byte[] cookie = [.. Enumerable.Repeat((byte)0xCC, 20)];
        var sources = new List<byte[]>();
        for (byte party = 1; party <= 3; party++)
        {
            var join = new JoinBytes { PartyName = JoinBytes.Name(party), Says = JoinBytes.SealedOf(448, party) };
            sources.Add(join.ToArray());
            sources.Add((join with { Cookie = cookie }).ToArray());
            sources.Add((join with { Cookie = cookie, IsSeeking = true, Says = JoinBytes.SealedOf(180, party) }).ToArray());
            sources.Add((join with { Cookie = cookie, TicketValue = [], Says = JoinBytes.SealedOf(180, party) }).ToArray());
            sources.Add((join with { Cookie = cookie, TicketValue = new byte[16] }).ToArray());
            sources.Add((join with { Cookie = cookie, LifetimeValue = [0, 0, 0, 0] }).ToArray());
        }

        return [.. sources];
    }

    private static void PutCookie(Span<byte> message, ReadOnlySpan<byte> cookie)
    {
        ReadOnlySpan<byte> head = [0x00, 0x15, 0x00, 0x14, 0xCC, 0xCC];
        int at = message.IndexOf(head);
        if (at >= 0) { cookie.CopyTo(message[(at + 4)..]); }
    }

    private static int Mutate(ref SplitMix64 random, Span<byte> buffer, int length)
    {
        if (length < 4) { return length; }

        // mostly where the attributes are, and not in the filler
        int at = random.NextInt(random.NextInt(4) == 0 ? length : Math.Min(length, 120));
        switch (random.NextInt(6))
        {
            case 0:
                buffer[at] ^= (byte)(1 << random.NextInt(8));
                return length;
            case 1:
                buffer[at] = (byte)(random.Next() & 0xFF);
                return length;
            case 2:
                at = Math.Min(at & ~3, length - 4) + (2 * random.NextInt(2));
                BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], Words[random.NextInt(Words.Length)]);
                return length;
            case 3:
                return random.NextInt(3) == 0 ? at : length;
            case 4: // a part is missing
                int gap = Math.Min(4 * random.NextInt(8), length - at);
                buffer[(at + gap)..length].CopyTo(buffer[at..]);
                return length - gap;
            default: // a part comes twice
                int part = Math.Min(4 * random.NextInt(8), length - at);
                if (length + part > 1500) { return length; }

                buffer[at..length].CopyTo(buffer[(at + part)..]);
                return length + part;
        }
    }

    /// <summary>Extends the message to the length of a join, as its filler would, and gives it a right fingerprint.</summary>
    private static int Repair(ref SplitMix64 random, Span<byte> buffer, int length)
    {
        int whole = random.NextInt(16) == 0 ? Math.Max(32, length & ~3) : 1200;
        if (length < whole) { buffer[length..whole].Clear(); }

        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)(whole - 20));
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], 0x2112A442);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[(whole - 8)..], 0x80280004);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[(whole - 4)..], Crc32.HashToUInt32(buffer[..(whole - 8)]) ^ 0x5354554E);
        return whole;
    }
}
