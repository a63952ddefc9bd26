using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Punch.Protocol.Stun;

/// <summary>
/// Keys for the integrity attributes, RFC 8489 §9. Names and passwords are UTF-8. The RFC prepares them by the profiles of RFC 8265, which
/// the platform lacks. So use ASCII, or text in Unicode normal form C without characters that those profiles map or forbid. Keys are
/// secrets: never log them, and compare only with a fixed-time comparison.
/// </summary>
public static class StunCredentials
{
    /// <summary>The longest username, realm and password together with their separators, in bytes.</summary>
    public const int MaxLength = 2048;

    /// <summary>The longest long-term key in bytes: 16 for MD5, 32 for SHA-256.</summary>
    public const int MaxKeyLength = 32;

    /// <summary>Computes the long-term key, RFC 8489 §9.2.2: the hash of <c>username:realm:password</c>.</summary>
    /// <param name="algorithm">The algorithm of PASSWORD-ALGORITHM; MD5 if the message has none.</param>
    /// <param name="username">The user name in UTF-8, even if the message has only its hash.</param>
    /// <param name="realm">The realm in UTF-8.</param>
    /// <param name="password">The password in UTF-8.</param>
    /// <param name="key">Receives 16 or 32 bytes.</param>
    /// <param name="written">The number of bytes written.</param>
    /// <returns>
    /// False, with nothing written, if the algorithm is unknown, the input has more than <see cref="MaxLength"/> bytes, or the buffer is
    /// too short.
    /// </returns>
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

    /// <summary>Computes the USERHASH, RFC 8489 §14.4: SHA-256 of <c>username:realm</c>.</summary>
    /// <param name="username">The user name in UTF-8.</param>
    /// <param name="realm">The realm in UTF-8.</param>
    /// <param name="hash">Receives 32 bytes.</param>
    /// <returns>False, with nothing written, if the input has more than <see cref="MaxLength"/> bytes or the buffer is too short.</returns>
    public static bool TryGetUserhash(ReadOnlySpan<byte> username, ReadOnlySpan<byte> realm, Span<byte> hash)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return TryJoin(username, realm, text, out int length) && SHA256.TryHashData(text[..length], hash, out _);
    }

    [SuppressMessage(
        "Security", "CA5351", Justification = "RFC 8489 §9.2.2: MD5 where the server offers nothing better; it only keys an HMAC")]
    private static bool TryMd5(ReadOnlySpan<byte> text, Span<byte> key, out int written) => MD5.TryHashData(text, key, out written);

    /// <summary>Writes <c>first:second</c>. <paramref name="first"/> may already be at the start of <paramref name="text"/>.</summary>
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
