using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Punch.Protocol.Stun;

/// <summary>The three checksums of RFC 8489 §14.5 to §14.7. The length field of the bytes must already have its final value.</summary>
internal static class StunIntegrity
{
    public const int Sha1Length = 20;
    public const int Sha256Length = 32;
    public const int ShortestSha256Length = 16;
    public const int FingerprintLength = 4;

    /// <summary>RFC 8489 §14.7: "STUN" in ASCII, so that a CRC of another protocol does not match.</summary>
    private const uint FingerprintMask = 0x5354_554E;

    public static bool IsSha256Length(int length) => length is >= ShortestSha256Length and <= Sha256Length && (length & 3) == 0;

    [SuppressMessage(
        "Security", "CA5350",
        Justification = "RFC 8489 §14.5 asks for HMAC-SHA1, which is unbroken; the SHA-256 form is offered beside it")]
    public static void Sha1(ReadOnlySpan<byte> key, ReadOnlySpan<byte> covered, Span<byte> mac) => HMACSHA1.HashData(key, covered, mac);

    public static void Sha256(ReadOnlySpan<byte> key, ReadOnlySpan<byte> covered, Span<byte> mac) => HMACSHA256.HashData(key, covered, mac);

    public static uint Fingerprint(ReadOnlySpan<byte> covered) => Crc32.HashToUInt32(covered) ^ FingerprintMask;
}
