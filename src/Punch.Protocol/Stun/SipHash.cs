using System.Numerics;

namespace Punch.Protocol.Stun;

/// <summary>
/// SipHash-2-4 of a few 64-bit words (Aumasson, Bernstein: "SipHash: a fast short-input PRF"). Without the key, an attacker cannot choose
/// inputs that collide, or guess the hash of an unseen input.
/// </summary>
internal readonly struct SipHash(ulong key0, ulong key1)
{
    /// <summary>The hash of the word's eight bytes in little-endian order.</summary>
    public ulong Of(ulong word)
    {
        Begin(out ulong a, out ulong b, out ulong c, out ulong d);
        Absorb(word, ref a, ref b, ref c, ref d);
        return End(8, ref a, ref b, ref c, ref d);
    }

    /// <summary>The hash of the sixteen bytes of two words.</summary>
    public ulong Of(ulong first, ulong second)
    {
        Begin(out ulong a, out ulong b, out ulong c, out ulong d);
        Absorb(first, ref a, ref b, ref c, ref d);
        Absorb(second, ref a, ref b, ref c, ref d);
        return End(16, ref a, ref b, ref c, ref d);
    }

    /// <summary>The 128-bit hash (SipHash-2-4-128) of the bytes of some words.</summary>
    public (ulong Low, ulong High) LongOf(params ReadOnlySpan<ulong> words)
    {
        Begin(out ulong a, out ulong b, out ulong c, out ulong d);
        b ^= 0xEE;
        foreach (ulong word in words) { Absorb(word, ref a, ref b, ref c, ref d); }

        ulong low = End((ulong)words.Length * sizeof(ulong), ref a, ref b, ref c, ref d, mark: 0xEE);
        b ^= 0xDD;
        for (int i = 0; i < 4; i++) { Round(ref a, ref b, ref c, ref d); }

        return (low, a ^ b ^ c ^ d);
    }

    private void Begin(out ulong a, out ulong b, out ulong c, out ulong d)
    {
        // the constants are "somepseudorandomlygeneratedbytes"
        a = key0 ^ 0x736F_6D65_7073_6575;
        b = key1 ^ 0x646F_7261_6E64_6F6D;
        c = key0 ^ 0x6C79_6765_6E65_7261;
        d = key1 ^ 0x7465_6462_7974_6573;
    }

    private static ulong End(ulong bytes, ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong mark = 0xFF)
    {
        Absorb(bytes << 56, ref a, ref b, ref c, ref d);
        c ^= mark;
        for (int i = 0; i < 4; i++) { Round(ref a, ref b, ref c, ref d); }

        return a ^ b ^ c ^ d;
    }

    private static void Absorb(ulong block, ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        d ^= block;
        Round(ref a, ref b, ref c, ref d);
        Round(ref a, ref b, ref c, ref d);
        a ^= block;
    }

    private static void Round(ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        unchecked
        {
            a += b;
            b = BitOperations.RotateLeft(b, 13) ^ a;
            a = BitOperations.RotateLeft(a, 32);
            c += d;
            d = BitOperations.RotateLeft(d, 16) ^ c;
            a += d;
            d = BitOperations.RotateLeft(d, 21) ^ a;
            c += b;
            b = BitOperations.RotateLeft(b, 17) ^ c;
            c = BitOperations.RotateLeft(c, 32);
        }
    }
}
