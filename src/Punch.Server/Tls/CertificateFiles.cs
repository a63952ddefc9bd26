using System.Security.Cryptography;
using System.Text;

namespace Punch.Server.Tls;

/// <summary>
/// The certificate of the TLS ports, read from files and read again when they change. A pair of files that is wrong, as between the writing
/// of one and the other, changes nothing: the last good certificate stays.
/// </summary>
/// <param name="certificate">The file with the certificate and those above it.</param>
/// <param name="key">The file with the key; it may be the same.</param>
internal sealed class CertificateFiles(string certificate, string key)
{
    // Chains have a few kilobytes.
    private const int MaxLength = 1 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private byte[] _tried = [];
    private ServerCertificate? _current;

    /// <summary>The last good certificate.</summary>
    public ServerCertificate Current => Volatile.Read(ref _current) ?? throw new InvalidOperationException("nothing is loaded yet");

    /// <summary>Reads the files if they have changed.</summary>
    /// <returns>Whether there is a new certificate.</returns>
    /// <exception cref="CertificateException">The files have changed, and cannot be used.</exception>
    public bool Load()
    {
        lock (_lock)
        {
            (string certificates, string keys) = (Read(certificate), Read(key));
            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{certificates}\0{keys}"));
            if (hash.AsSpan().SequenceEqual(_tried)) { return false; }

            _tried = hash;
            Volatile.Write(ref _current, ServerCertificate.Read(certificates, keys));
            return true;
        }
    }

    /// <summary>Looks at the files now and then, until asked to stop.</summary>
    public async Task WatchAsync(IServerObserver? observer, CancellationToken stop)
    {
        string? told = null;
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stop.IsCancellationRequested) { told = Reload(observer, told); }
        }
    }

    /// <summary>Reads the files if they have changed, and tells the observer.</summary>
    /// <param name="observer">Hears of a new certificate, and of trouble.</param>
    /// <param name="told">The trouble that it knows already.</param>
    /// <returns>The trouble that there is; null for none.</returns>
    public string? Reload(IServerObserver? observer, string? told = null)
    {
        try
        {
            if (Load())
            {
                observer?.OnCertificate(Current);
                return null;
            }

            return told;
        }
        catch (CertificateException e)
        {
            if (e.Message != told) { observer?.OnCertificateFailed(e.Message); }

            return e.Message;
        }
    }

    private static string Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MaxLength) { throw new CertificateException($"'{path}' is too long for a certificate or a key"); }

            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CertificateException($"cannot read '{path}': {Text(e)}", e);
        }
    }

    private static string Text(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "no permission, or a directory",
        _ => "it is no readable file",
    };
}
