using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Punch.Protocol.Stun;

/// <summary>
/// Keys for the integrity attributes, RFC 8489 §9. Names and passwords come as UTF-8. The RFC prepares them by the profiles of
/// RFC 8265, which the platform does not have: give ASCII, or text the caller has brought to Unicode normal form C and freed of
/// characters those profiles map or forbid. Keys are secrets: never log them, and compare only with a fixed-time comparison.
/// </summary>
public static class StunCredentials
{
    /// <summary>The longest username, realm and password together with their separators, in bytes.</summary>
    public const int MaxLength = 2048;

    /// <summary>The length of a long-term key: 16 for MD5, 32 for SHA-256.</summary>
    public const int MaxKeyLength = 32;

    /// <summary>The long-term key, RFC 8489 §9.2.2: the hash of <c>username:realm:password</c>.</summary>
    /// <param name="algorithm">What PASSWORD-ALGORITHM named; MD5 when the message has none.</param>
    /// <param name="username">UTF-8, also where the message carries only its hash.</param>
    /// <param name="realm">UTF-8.</param>
    /// <param name="password">UTF-8.</param>
    /// <param name="key">Takes 16 or 32 bytes.</param>
    /// <param name="written">How many.</param>
    /// <returns>False, with nothing written, for an unknown algorithm, more than <see cref="MaxLength"/> bytes, or too short a
    /// key.</returns>
    public static bool TryGetLongTermKey(
        StunPasswordAlgorithm algorithm,
        ReadOnlySpan<byte> username,
        ReadOnlySpan<byte> realm,
        ReadOnlySpan<byte> password,
        Span<byte> key,
        out int written)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        written = 0;
        if (!TryJoin(username, realm, text, out int length) || !TryJoin(text[..length], password, text, out length)) { return false; }

        bool isDone = algorithm switch
        {
            StunPasswordAlgorithm.Md5 => TryMd5(text[..length], key, out written),
            StunPasswordAlgorithm.Sha256 => SHA256.TryHashData(text[..length], key, out written),
            _ => false, // a server may offer any number
        };
        CryptographicOperations.ZeroMemory(text);
        return isDone;
    }

    /// <summary>The USERHASH, RFC 8489 §14.4: SHA-256 of <c>username:realm</c>.</summary>
    /// <param name="username">UTF-8.</param>
    /// <param name="realm">UTF-8.</param>
    /// <param name="hash">Takes 32 bytes.</param>
    /// <returns>False, with nothing written, for more than <see cref="MaxLength"/> bytes or too short a hash.</returns>
    public static bool TryGetUserhash(ReadOnlySpan<byte> username, ReadOnlySpan<byte> realm, Span<byte> hash)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return TryJoin(username, realm, text, out int length) && SHA256.TryHashData(text[..length], hash, out _);
    }

    [SuppressMessage(
        "Security", "CA5351", Justification = "RFC 8489 §9.2.2: MD5 where the server offers nothing better; it only keys an HMAC")]
    private static bool TryMd5(ReadOnlySpan<byte> text, Span<byte> key, out int written) => MD5.TryHashData(text, key, out written);

    /// <summary>Writes <c>first:second</c>; <paramref name="first"/> may already lie at the front of <paramref name="text"/>.</summary>
    private static bool TryJoin(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> text, out int length)
    {
        // first + colon(1) + second
        length = first.Length + 1 + second.Length;
        if (length > text.Length) { return false; }

        first.CopyTo(text);
        text[first.Length] = (byte)':';
        second.CopyTo(text[(first.Length + 1)..]);
        return true;
    }
}
