using System.Globalization;
using System.Text;

namespace Punch.Net.Streams;

/// <summary>An HTTP proxy that opens tunnels with CONNECT: RFC 9110 §9.3.6.</summary>
/// <param name="Host">Its name or address, without brackets.</param>
/// <param name="Port">Its port.</param>
public sealed record HttpProxy(string Host, ushort Port)
{
    private const ushort DefaultPort = 80;
    private const string Scheme = "http://";

    /// <summary>The user, without percent-encoding; null for none.</summary>
    public string? User { get; init; }

    /// <summary>The password; null for none.</summary>
    public string? Password { get; init; }

    /// <summary>Reads <c>[http://][user[:password]@]host[:port][/]</c>; null if it is something else, as a SOCKS proxy.</summary>
    public static HttpProxy? TryParse(string text)
    {
        string rest = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..] : text;
        if (rest.Contains("://", StringComparison.Ordinal)) { return null; }

        rest = rest.TrimEnd('/');
        int at = rest.LastIndexOf('@');
        string[] account = at < 0 ? [] : rest[..at].Split(':', 2);
        if (!TryReadHost(rest[(at + 1)..], out string host, out ushort port)) { return null; }

        return new HttpProxy(host, port)
        {
            User = account.Length > 0 ? Uri.UnescapeDataString(account[0]) : null,
            Password = account.Length > 1 ? Uri.UnescapeDataString(account[1]) : null,
        };
    }

    /// <summary><c>host:port</c>, without the account.</summary>
    public override string ToString() => HostPort(Host, Port);

    /// <summary>Opens a tunnel. The proxy looks the name up.</summary>
    /// <exception cref="StreamException">The proxy refuses, or does not reply like one.</exception>
    internal async Task Tunnel(Stream stream, string host, ushort port, CancellationToken cancellation)
    {
        string target = HostPort(host, port);
        string account = User is null
            ? ""
            : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))}\r\n";
        byte[] request = Encoding.ASCII.GetBytes($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{account}\r\n");
        await StreamErrors.Guard(stream.WriteAsync(request, cancellation)).ConfigureAwait(false);
        HttpHead head = await HttpHead.Read(stream, cancellation).ConfigureAwait(false);
        if (head.Status / 100 != 2) { throw new StreamException(Refusal(head.Status, target)); }
    }

    /// <summary>A host and a port as HTTP writes them.</summary>
    internal static string HostPort(string host, ushort port)
    {
        string number = port.ToString(CultureInfo.InvariantCulture);
        return host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{number}" : $"{host}:{number}";
    }

    private string Refusal(int status, string target) => status switch
    {
        407 when User is null => $"the proxy {this} asks for a password (HTTP 407)",
        407 or 401 => string.Create(CultureInfo.InvariantCulture, $"the proxy {this} does not accept the password (HTTP {status})"),
        403 or 405 => string.Create(CultureInfo.InvariantCulture, $"the proxy {this} forbids {target} (HTTP {status})"),
        502 or 503 or 504 => string.Create(CultureInfo.InvariantCulture, $"the proxy {this} cannot reach {target} (HTTP {status})"),
        _ => string.Create(CultureInfo.InvariantCulture, $"the proxy {this} refuses (HTTP {status})"),
    };

    private static bool TryReadHost(string text, out string host, out ushort port)
    {
        (host, port) = (text, DefaultPort);
        int colon = text.LastIndexOf(':');
        bool isBare = colon < 0 || text[^1] == ']';
        if (!isBare)
        {
            host = text[..colon];
            if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)) { return false; }
        }

        bool isV6 = host is ['[', .., ']'];
        host = isV6 ? host[1..^1] : host;
        return host.Length > 0 && port > 0 && (isV6 || host.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_'));
    }
}
