using System.Numerics;

namespace Punch.Protocol.Stun;

/// <summary>
/// SipHash-2-4 of one 64-bit word (Aumasson, Bernstein: "SipHash: a fast short-input PRF"). Made so that who does not know the key cannot
/// choose inputs that collide.
/// </summary>
internal readonly struct SipHash(ulong key0, ulong key1)
{
    /// <summary>The hash of the word's eight bytes in little-endian order.</summary>
    public ulong Of(ulong word)
    {
        // the constants are "somepseudorandomlygeneratedbytes"
        ulong a = key0 ^ 0x736F_6D65_7073_6575;
        ulong b = key1 ^ 0x646F_7261_6E64_6F6D;
        ulong c = key0 ^ 0x6C79_6765_6E65_7261;
        ulong d = key1 ^ 0x7465_6462_7974_6573;
        const ulong LengthBlock = 8UL << 56;

        Absorb(word, ref a, ref b, ref c, ref d);
        Absorb(LengthBlock, ref a, ref b, ref c, ref d);
        c ^= 0xFF;
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
