using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Punch.Net.Streams;

/// <summary>
/// Begins TLS with a server. The system's roots and the server's name decide, or else a pin alone. Nothing switches that off.
/// </summary>
/// <param name="host">The name or address that the certificate must have.</param>
/// <param name="pin">The key that the certificate must have; null to go by roots and name.</param>
/// <param name="roots">The roots to go by, for tests; null for the system's.</param>
internal sealed class TlsHandshake(string host, CertificatePin? pin, X509Certificate2Collection? roots)
{
    private string? _objection;

    /// <summary>The encrypted stream, which closes the one below it.</summary>
    /// <exception cref="StreamException">There is no TLS, or the certificate is not right.</exception>
    public async Task<Stream> Begin(Stream below, CancellationToken cancellation)
    {
        var stream = new SslStream(below, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(Options(), cancellation).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or InvalidOperationException or NotSupportedException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new StreamException(_objection ?? Text(e), e);
        }
    }

    private static string Text(Exception e) => e switch
    {
        IOException { InnerException: null } => "the connection was closed during the TLS handshake",
        IOException => "the connection broke during the TLS handshake",
        _ => "the TLS handshake failed: does TLS listen on that port?",
    };

    private SslClientAuthenticationOptions Options()
    {
        // A missing intermediate certificate is the server's fault. Fetching it would ask a third party.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                _objection = certificate is X509Certificate2 presented
                    ? Objection(presented, chain, errors)
                    : "the server has no certificate";
                return _objection is null;
            },
        };
    }

    private string? Objection(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (pin is not null)
        {
            return pin.Matches(certificate)
                ? null
                : $"the certificate has another key than the pin says: sha256={CertificatePin.Of(certificate)}";
        }

        if (errors == SslPolicyErrors.None) { return null; }

        // An expired one of a known issuer is the server's; an unknown issuer may be anybody, so that comes first.
        X509ChainStatusFlags status = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        const X509ChainStatusFlags Unknown = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;
        if ((status & Unknown) != 0)
        {
            return $"the certificate's issuer is unknown here: {Name(certificate.IssuerName)}; is TLS inspected on the way?";
        }

        if ((status & X509ChainStatusFlags.NotTimeValid) != 0) { return OutOfTime(certificate); }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"the certificate is for {Names(certificate)}, not for {host}"
            : $"the certificate is not valid: {status}";
    }

    private static string OutOfTime(X509Certificate2 certificate)
    {
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return certificate.NotBefore.ToUniversalTime() > now
            ? $"the certificate is not valid before {Date(certificate.NotBefore)}: is the clock right?"
            : $"the certificate expired on {Date(certificate.NotAfter)}";
    }

    private static string Date(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Names(X509Certificate2 certificate)
    {
        const int MaxNamed = 3;
        IEnumerable<string> names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(ip => ip.ToString())));
        string[] named = [.. names.Take(MaxNamed).Select(Printable)];
        return named.Length > 0 ? string.Join(", ", named) : Name(certificate.SubjectName);
    }

    /// <summary>The common name, else the organisation, else all of it.</summary>
    private static string Name(X500DistinguishedName name)
    {
        foreach (string key in (ReadOnlySpan<string>)["CN=", "O="])
        {
            string[] parts = name.Format(multiLine: true).Split('\n', StringSplitOptions.TrimEntries);
            string? part = parts.FirstOrDefault(part => part.StartsWith(key, StringComparison.Ordinal));
            if (part is not null) { return $"'{Printable(part[key.Length..])}'"; }
        }

        return $"'{Printable(name.Name)}'";
    }

    /// <summary>What a stranger wrote, on one line.</summary>
    private static string Printable(string text)
    {
        const int MaxLength = 80;
        string printable = new([.. text.Take(MaxLength).Select(letter => char.IsControl(letter) || letter > '~' ? '?' : letter)]);
        return text.Length > MaxLength ? $"{printable}..." : printable;
    }
}
