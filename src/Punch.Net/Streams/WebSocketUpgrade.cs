using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>Turns a stream to a web server into a WebSocket: RFC 6455 §4.1.</summary>
internal static class WebSocketUpgrade
{
    /// <summary>Where a server has it.</summary>
    public const string Path = "/punch";

    /// <summary>The subprotocol: one binary message is one datagram.</summary>
    public const string Protocol = "punch";

    private const int KeyLength = 16;

    // RFC 6455 §1.3.
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Asks for the upgrade.</summary>
    /// <exception cref="StreamException">What answers is no punch server.</exception>
    public static async Task<IMessagePipe> Begin(
        Stream stream, string host, ushort port, TransportAddress local, CancellationToken cancellation)
    {
        byte[] random = new byte[KeyLength];
        Entropy.Fill(random);
        string key = Convert.ToBase64String(random);
        string request = $"GET {Path} HTTP/1.1\r\nHost: {HttpProxy.HostPort(host, port)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {Protocol}\r\nUser-Agent: punch\r\n\r\n";
        await StreamErrors.Guard(stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellation)).ConfigureAwait(false);
        HttpHead head = await HttpHead.Read(stream, cancellation).ConfigureAwait(false);
        if (Refusal(head, key) is { } reason) { throw new StreamException(reason); }

        var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { SubProtocol = Protocol });
        return new WebSocketPipe(socket, local);
    }

    private static string? Refusal(HttpHead head, string key) => head.Status switch
    {
        101 when IsAccepted(head, key) => null,
        101 => "the web server there changes to something else than punch's WebSocket",
        >= 300 and < 400 => $"the web server there redirects elsewhere: is this a captive portal? ({Status(head)})",
        >= 200 and < 300 => $"a web server answers, and no 'punch serve': is this a captive portal? ({Status(head)})",
        _ => $"the web server there does not lead to a 'punch serve' ({Status(head)})",
    };

    private static string Status(HttpHead head) => string.Create(CultureInfo.InvariantCulture, $"HTTP {head.Status}");

    private static bool IsAccepted(HttpHead head, string key) =>
        head["Upgrade"].Equals("websocket", StringComparison.OrdinalIgnoreCase)
        && head["Connection"].Contains("upgrade", StringComparison.OrdinalIgnoreCase)
        && head["Sec-WebSocket-Protocol"] == Protocol
        && head["Sec-WebSocket-Accept"] == Accept(key);

    // RFC 6455 §4.2.2 fixes the hash. It guards nothing: it only shows that the server speaks WebSocket.
#pragma warning disable CA5350
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350
}
