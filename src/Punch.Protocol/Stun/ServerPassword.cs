using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Punch.Protocol.Stun;

/// <summary>
/// The password that a server may ask for in joins and binds. A request proves it by MESSAGE-INTEGRITY-SHA256 (RFC 8489 §14.6) over all
/// that stands before, with the NONCE, which is good for one address and for minutes. So a request that was overheard is worth nothing
/// elsewhere, and the password is never sent.
/// <para>
/// The key is PBKDF2 with HMAC-SHA-256 over the password in UTF-8, with the salt <c>punch server password</c> and 100,000 rounds: who
/// overhears a request can try passwords at home, and each try costs as much.
/// </para>
/// </summary>
public sealed class ServerPassword
{
    /// <summary>The longest password, in bytes of UTF-8.</summary>
    public const int MaxLength = 1024;

    /// <summary>The bytes that a password adds to a request: header(4) + hash(32).</summary>
    internal const int AttributeLength = StunAttribute.HeaderLength + StunIntegrity.Sha256Length;

    private const int Rounds = 100_000;

    private readonly byte[] _key;

    private ServerPassword(byte[] key) => _key = key;

    private static ReadOnlySpan<byte> Salt => "punch server password"u8;

    /// <summary>Derives the key of a password; false if it is empty, too long, or has control characters.</summary>
    public static bool TryDerive(string text, [NotNullWhen(true)] out ServerPassword? password)
    {
        bool isRight = text.Length > 0 && !text.Any(char.IsControl) && Encoding.UTF8.GetByteCount(text) <= MaxLength;
        password = isRight
            ? new ServerPassword(Rfc2898DeriveBytes.Pbkdf2(
                Encoding.UTF8.GetBytes(text), Salt, Rounds, HashAlgorithmName.SHA256, StunIntegrity.Sha256Length))
            : null;
        return isRight;
    }

    /// <summary>Whether a request proves that its sender knows the password. It says nothing about where the request comes from.</summary>
    public bool IsKnownTo(ReadOnlySpan<byte> request) =>
        StunMessage.Parse(request, out StunMessage message) == StunParseError.None && message.HasValidIntegritySha256(_key);

    /// <summary>Nothing that could end up in a log.</summary>
    public override string ToString() => "(a password)";

    /// <summary>Writes the proof. Only FINGERPRINT may follow.</summary>
    internal bool TryWrite(ref StunWriter writer) => writer.TryWriteIntegritySha256(_key);
}
