using System.Security.Cryptography;
using System.Text;
using Punch.Protocol;

namespace Punch.Server.Http;

/// <summary>What a request to a WebSocket port is.</summary>
internal enum UpgradeReading
{
    /// <summary>A right upgrade.</summary>
    Upgrade,

    /// <summary>A request for something that is not here: 404.</summary>
    NotFound,

    /// <summary>A request for what is here, without an upgrade: 426.</summary>
    UpgradeRequired,

    /// <summary>Not HTTP/1.1, or an upgrade that RFC 6455 §4.2.1 forbids: 400.</summary>
    Malformed,
}

/// <summary>
/// A client's request to open a WebSocket: RFC 6455 §4.1. It is read strictly: a server that guesses what a request means, behind a proxy
/// that guesses differently, can be tricked.
/// </summary>
internal sealed class UpgradeRequest
{
    /// <summary>The only path.</summary>
    public const string Path = "/punch";

    /// <summary>The subprotocol, in which each binary message is a datagram.</summary>
    public const string Protocol = "punch";

    /// <summary>The longest request head, in bytes: proxies add to it.</summary>
    public const int MaxLength = 8192;

    private static readonly HashSet<string> Singles =
        new(StringComparer.OrdinalIgnoreCase) { "Host", "Sec-WebSocket-Key", "Sec-WebSocket-Version" };

    private const int KeyLength = 16;
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3

    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    private UpgradeRequest()
    {
    }

    /// <summary>The client that the nearest proxy names: the last of X-Forwarded-For; null if it names none.</summary>
    public HostAddress? Forwarded
    {
        get
        {
            string last = _fields.GetValueOrDefault("X-Forwarded-For", "").Split(',')[^1].Trim();
            if (HostAddress.TryParse(last, out HostAddress host)) { return host; }

            // Some proxies add the port.
            return TransportAddress.TryParse(last, out TransportAddress client) ? client.Host : null;
        }
    }

    /// <summary>What proves to the client that it speaks with a WebSocket server.</summary>
    public string Accept
    {
        get
        {
            // RFC 6455 §4.2.2 fixes the hash. It guards nothing.
#pragma warning disable CA5350
            return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(_fields["Sec-WebSocket-Key"] + AcceptSuffix)));
#pragma warning restore CA5350
        }
    }

    /// <summary>Reads a whole request head.</summary>
    public static UpgradeReading Read(ReadOnlySpan<byte> head, out UpgradeRequest request)
    {
        request = new UpgradeRequest();
        if (head.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !HasOnlyText(head)) { return UpgradeReading.Malformed; }

        string[] lines = Encoding.ASCII.GetString(head).Split("\r\n");
        string[] words = lines[0].Split(' ');
        bool isRight = words.Length == 3 && words[2] == "HTTP/1.1" && lines is [.., "", ""] && request.TryReadFields(lines[1..^2]);
        if (!isRight) { return UpgradeReading.Malformed; }

        if (words[1] != Path || words[0] != "GET") { return UpgradeReading.NotFound; }

        if (!request.Lists("Upgrade", "websocket") || !request.Lists("Connection", "Upgrade")) { return UpgradeReading.UpgradeRequired; }

        return request.IsRight() ? UpgradeReading.Upgrade : UpgradeReading.Malformed;
    }

    private static bool HasOnlyText(ReadOnlySpan<byte> head)
    {
        foreach (byte letter in head)
        {
            if (letter is (< (byte)' ' or > (byte)'~') and not (byte)'\r' and not (byte)'\n' and not (byte)'\t') { return false; }
        }

        return true;
    }

    private bool TryReadFields(string[] lines)
    {
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAny(' ', '\t') || line.AsSpan().ContainsAny('\r', '\n')) { return false; }

            (string name, string value) = (line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
            if (_fields.TryAdd(name, value)) { continue; }

            // A field that comes twice is a list. These are no lists.
            if (Singles.Contains(name)) { return false; }

            _fields[name] += $",{value}";
        }

        return true;
    }

    private bool IsRight() =>
        _fields.ContainsKey("Host")
        && _fields.GetValueOrDefault("Sec-WebSocket-Version") == "13"
        && Lists("Sec-WebSocket-Protocol", Protocol)
        && !_fields.ContainsKey("Content-Length")
        && !_fields.ContainsKey("Transfer-Encoding")
        && HasKey();

    private bool HasKey()
    {
        Span<byte> key = stackalloc byte[KeyLength];
        string text = _fields.GetValueOrDefault("Sec-WebSocket-Key", "");
        const int KeyTextLength = 24;
        return text.Length == KeyTextLength && Convert.TryFromBase64String(text, key, out int length) && length == KeyLength;
    }

    private bool Lists(string name, string token) => _fields.GetValueOrDefault(name, "")
        .Split(',', StringSplitOptions.TrimEntries)
        .Contains(token, StringComparer.OrdinalIgnoreCase);
}
