using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace Punch.Server.Http;

/// <summary>Turns a connection that begins with HTTP into a WebSocket, or answers that there is nothing else.</summary>
internal static class WebSocketDoor
{
    /// <summary>Whether a connection begins with HTTP: with the letter of a method. No frame begins so.</summary>
    public static bool MayBeHttp(byte first) => first is >= (byte)'A' and <= (byte)'Z';

    /// <summary>Reads a request, and answers it.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="first">The bytes that were read from it already.</param>
    /// <param name="cancellation">Breaks the connection.</param>
    /// <returns>The request; null if it was refused.</returns>
    public static async Task<UpgradeRequest?> AnswerAsync(Stream stream, ReadOnlyMemory<byte> first, CancellationToken cancellation)
    {
        byte[] head = new byte[UpgradeRequest.MaxLength];
        first.CopyTo(head);
        int held = first.Length;
        while (!IsWhole(head.AsSpan(0, held)))
        {
            int count = held == head.Length ? 0 : await stream.ReadAsync(head.AsMemory(held), cancellation).ConfigureAwait(false);
            if (count == 0) { break; }

            held += count;
        }

        // A client sends nothing more until it has the reply, so the head is all there is.
        UpgradeReading reading = UpgradeRequest.Read(head.AsSpan(0, held), out UpgradeRequest request);
        bool isUpgrade = reading == UpgradeReading.Upgrade;
        string reply = isUpgrade ? Accept(request) : Refuse(reading);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(reply), cancellation).ConfigureAwait(false);
        return isUpgrade ? request : null;
    }

    /// <summary>The WebSocket on a connection that was upgraded.</summary>
    public static WebSocket Open(Stream stream) => WebSocket.CreateFromStream(
        stream,
        new WebSocketCreationOptions { IsServer = true, SubProtocol = UpgradeRequest.Protocol, KeepAliveInterval = TimeSpan.Zero });

    private static bool IsWhole(ReadOnlySpan<byte> head) => head.IndexOf("\r\n\r\n"u8) >= 0;

    private static string Accept(UpgradeRequest request) =>
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + $"Sec-WebSocket-Accept: {request.Accept}\r\nSec-WebSocket-Protocol: {UpgradeRequest.Protocol}\r\n\r\n";

    private static string Refuse(UpgradeReading reading) => reading switch
    {
        UpgradeReading.NotFound => Refuse("404 Not Found", "", "there is only the WebSocket at /punch\n"),
        UpgradeReading.UpgradeRequired => Refuse(
            "426 Upgrade Required", "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n", "this is the WebSocket of punch\n"),
        _ => Refuse("400 Bad Request", "Sec-WebSocket-Version: 13\r\n", "this is no request for a WebSocket of punch\n"),
    };

    private static string Refuse(string status, string fields, string body) => string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status}\r\n{fields}Content-Type: text/plain\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
}
