using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Punch.Protocol;

namespace Punch.Lab.Topology;

/// <summary>A certificate of a server, which is its own root, in files of a folder.</summary>
internal static class LabCertificate
{
    /// <summary>Writes a new one.</summary>
    /// <param name="folder">Where <c>cert.pem</c> and <c>key.pem</c> go, in place of those that are there.</param>
    /// <param name="server">The address that it is for.</param>
    /// <returns>The certificate and the key.</returns>
    public static (string Certificate, string Key) Write(string folder, HostAddress server)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Lab", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(server.ToIPAddress());
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        (string, string) files = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        File.WriteAllText(files.Item1, certificate.ExportCertificatePem());
        File.WriteAllText(files.Item2, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}
