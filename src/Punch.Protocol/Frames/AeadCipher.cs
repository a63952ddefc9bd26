using System.Security.Cryptography;

namespace Punch.Protocol.Frames;

/// <summary>AES-256-GCM under one key. Bytes from strangers cause no exception and no allocation.</summary>
internal sealed class AeadCipher : IDisposable
{
    public const int TagLength = 16;
    public const int NonceLength = 12;

    /// <summary>
    /// How many good ones have to come after a broken one until the platform is trusted to check again. It throws for a broken seal, which
    /// is expensive under a flood.
    /// </summary>
    private const int Distrust = 64;

    private readonly AesGcm _cipher;
    private int _distrust;

    /// <param name="key">32 bytes; copied.</param>
    public AeadCipher(ReadOnlySpan<byte> key) => _cipher = new AesGcm(key, TagLength);

    /// <summary>
    /// Seals. <paramref name="plaintext"/> and <paramref name="ciphertext"/> have the same length and may be the same memory.
    /// </summary>
    public void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> associated) =>
        _cipher.Encrypt(nonce, plaintext, ciphertext, tag, associated);

    /// <summary>Opens. It never throws. A flood of forged ones causes one exception for each <see cref="Distrust"/> good ones.</summary>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="ciphertext">The sealed bytes.</param>
    /// <param name="tag">16 bytes.</param>
    /// <param name="plaintext">A buffer as long as <paramref name="ciphertext"/>; zeros if the result is false.</param>
    /// <param name="scratch">Another buffer of that length; it has no secret afterwards.</param>
    /// <param name="associated">The bytes that were sealed along with it, unencrypted.</param>
    public bool TryOpen(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plaintext,
        Span<byte> scratch,
        ReadOnlySpan<byte> associated)
    {
        if (_distrust == 0) { return TryDecrypt(nonce, ciphertext, tag, plaintext, associated); }

        bool isWhole = TryCompare(nonce, ciphertext, tag, plaintext, scratch, associated);
        _distrust = isWhole ? _distrust - 1 : Distrust;
        return isWhole;
    }

    public void Dispose() => _cipher.Dispose();

    private bool TryDecrypt(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plaintext,
        ReadOnlySpan<byte> associated)
    {
        try
        {
            _cipher.Decrypt(nonce, ciphertext, tag, plaintext, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            _distrust = Distrust;
            return false;
        }
    }

    // GCM's encryption is its own inverse, and sealing the plaintext again gives the correct tag to compare with (NIST SP 800-38D §7.2, in
    // another order). It takes twice the time, and throws nothing.
    private bool TryCompare(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plaintext,
        Span<byte> scratch,
        ReadOnlySpan<byte> associated)
    {
        Span<byte> expected = stackalloc byte[TagLength];
        _cipher.Encrypt(nonce, ciphertext, plaintext, expected);
        _cipher.Encrypt(nonce, plaintext, scratch, expected, associated);
        bool isWhole = CryptographicOperations.FixedTimeEquals(expected, tag);
        if (!isWhole) { CryptographicOperations.ZeroMemory(plaintext); }

        // A forger must not learn the right tag of its message.
        CryptographicOperations.ZeroMemory(expected);
        return isWhole;
    }
}
