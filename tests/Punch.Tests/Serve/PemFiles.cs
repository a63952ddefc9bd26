using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Punch.Tests.Serve;

/// <summary>A certificate of its own issuer and its key, as two PEM files in a directory of their own.</summary>
internal sealed class PemFiles : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("punch-pem-").FullName;

    public PemFiles() => Write("relay.test", TimeSpan.FromDays(-1), TimeSpan.FromDays(30));

    public string Certificate => Path.Combine(_directory, "cert.pem");

    public string Key => Path.Combine(_directory, "key.pem");

    /// <summary>The hash of the key, as openssl computes it: sha256 of the DER of the public key.</summary>
    public string Pin => Pins[^1];

    /// <summary>Those of all certificates that were written.</summary>
    public List<string> Pins { get; } = [];

    public void Write(string name, TimeSpan from, TimeSpan until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out IPAddress? address)) { names.AddIpAddress(address); }
        else { names.AddDnsName(name); }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow + from, DateTimeOffset.UtcNow + until);
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        Pins.Add(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
