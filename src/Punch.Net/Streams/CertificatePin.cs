using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Punch.Net.Streams;

/// <summary>
/// The SHA-256 hash of a certificate's SubjectPublicKeyInfo, as in RFC 7469 §2.4. With one, nothing else of the certificate matters: who
/// issued it, for which name, and until when.
/// </summary>
public sealed class CertificatePin
{
    private readonly byte[] _hash;

    private CertificatePin(byte[] hash) => _hash = hash;

    /// <summary>Reads 64 hexadecimal digits, or base64 or base64url of 32 bytes.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CertificatePin? pin)
    {
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        string base64 = text.Replace('-', '+').Replace('_', '/').TrimEnd('=') + "=";
        bool isHex = text.Length == hash.Length * 2 && Convert.FromHexString(text, hash, out _, out _) == OperationStatus.Done;
        bool isHash = isHex || (Convert.TryFromBase64String(base64, hash, out int length) && length == hash.Length);
        pin = isHash ? new CertificatePin(hash) : null;
        return isHash;
    }

    /// <summary>The pin of a certificate.</summary>
    public static CertificatePin Of(X509Certificate2 certificate) =>
        new(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>Whether a certificate has this key.</summary>
    public bool Matches(X509Certificate2 certificate) => CryptographicOperations.FixedTimeEquals(_hash, Of(certificate)._hash);

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash);
}
