using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Punch.Server.Tls;

/// <summary>A certificate with its key, and the certificates between it and its root, as PEM files have them.</summary>
public sealed class ServerCertificate
{
    private ServerCertificate(X509Certificate2 certificate, X509Certificate2Collection others)
    {
        Context = SslStreamCertificateContext.Create(certificate, others, offline: true);
        Pin = Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        NotBefore = certificate.NotBefore.ToUniversalTime();
        NotAfter = certificate.NotAfter.ToUniversalTime();
        Name = NameOf(certificate);
    }

    /// <summary>The SHA-256 hash of its SubjectPublicKeyInfo, as in RFC 7469 §2.4: 64 hexadecimal digits.</summary>
    public string Pin { get; }

    /// <summary>From when on it is valid, in UTC.</summary>
    public DateTime NotBefore { get; }

    /// <summary>Until when it is valid, in UTC.</summary>
    public DateTime NotAfter { get; }

    /// <summary>The first host name or address that it is for; null if it names none, or only a whole domain.</summary>
    public string? Name { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>Reads the text of the two files, which may be one.</summary>
    /// <exception cref="CertificateException">There is no certificate, no key, or the key is another one's.</exception>
    internal static ServerCertificate Read(string certificates, string keys)
    {
        try
        {
            var others = new X509Certificate2Collection();
            others.ImportFromPem(certificates);
            if (others.Count == 0) { throw new CertificateException("the file of the certificate has no PEM certificate"); }

            others.RemoveAt(0);
            X509Certificate2 certificate = X509Certificate2.CreateFromPem(certificates, keys);
            return new ServerCertificate(OperatingSystem.IsWindows() ? Stored(certificate) : certificate, others);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CertificateException(Text(keys), e);
        }
    }

    // Windows takes no key that it has not stored.
    private static X509Certificate2 Stored(X509Certificate2 certificate)
    {
        using (certificate) { return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null); }
    }

    private static string Text(string keys) => keys.Contains("ENCRYPTED", StringComparison.Ordinal)
        ? "the key is encrypted, and nobody is there to type its password"
        : keys.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
            ? "the certificate cannot be read, or the key is that of another one"
            : "the file of the key has no PEM key";

    private static string? NameOf(X509Certificate2 certificate)
    {
        foreach (X509SubjectAlternativeNameExtension names in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            string? name = names.EnumerateDnsNames().FirstOrDefault(IsHost)
                ?? names.EnumerateIPAddresses().Select(address => Bracket(address.ToString())).FirstOrDefault();
            if (name is not null) { return name; }
        }

        string common = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return IsHost(common) ? common : null;
    }

    private static bool IsHost(string name) =>
        name.Length is > 0 and < 254 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_');

    private static string Bracket(string address) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
}

/// <summary>Certificate files that cannot be used.</summary>
public sealed class CertificateException(string message, Exception? inner = null) : Exception(message, inner);
