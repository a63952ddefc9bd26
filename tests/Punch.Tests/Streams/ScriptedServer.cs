using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Punch.Tests.Streams;

/// <summary>Accepts connections on loopback, and does with each what the test says.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = CarrierRig.Listen();

    public ScriptedServer(Func<Stream, Task> serve) => _ = Accept(serve);

    public TransportAddress Address => CarrierRig.AddressOf(_listener);

    /// <summary>What came in heads of HTTP requests.</summary>
    public List<string> Heads { get; } = [];

    public static async Task<Stream> Encrypt(Stream stream, X509Certificate2 certificate)
    {
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        return encrypted;
    }

    public static async Task Echo(Stream stream)
    {
        byte[] buffer = new byte[70_000];
        for (int count = 1; count > 0; await stream.WriteAsync(buffer.AsMemory(0, count))) { count = await stream.ReadAsync(buffer); }
    }

    public static async Task<string> ReadHead(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n") && await stream.ReadAsync(one) == 1) { head.Append((char)one[0]); }

        return head.ToString();
    }

    public static Task Write(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    // RFC 6455 §4.2.2 fixes the hash.
#pragma warning disable CA5350
    /// <summary>A web server that upgrades, then sends back each message.</summary>
    public static async Task EchoMessages(Stream stream, string head)
    {
        string key = head.Split("Sec-WebSocket-Key: ")[1].Split('\r')[0];
        byte[] accept = SHA1.HashData(Encoding.ASCII.GetBytes($"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
        await Write(stream, "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nconnection: keep-alive, Upgrade\r\n"
            + $"Sec-WebSocket-Protocol: punch\r\nSec-WebSocket-Accept: {Convert.ToBase64String(accept)}\r\n\r\n");
        using var socket = WebSocket.CreateFromStream(stream, isServer: true, "punch", TimeSpan.Zero);
        byte[] buffer = new byte[70_000];
        while (socket.State == WebSocketState.Open)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, CancellationToken.None);
        }
    }

#pragma warning restore CA5350
    /// <summary>A proxy that leads every tunnel to one place, whatever its name.</summary>
    public static async Task Tunnel(Stream stream, TransportAddress to)
    {
        using var target = new TcpClient();
        await target.ConnectAsync(to.Host.ToIPAddress(), to.Port);
        await Write(stream, "HTTP/1.0 200 Connection established\r\nProxy-agent: test\r\n\r\n");
        NetworkStream far = target.GetStream();
        await Task.WhenAny(stream.CopyToAsync(far), far.CopyToAsync(stream));
    }

    public void Dispose() => _listener.Dispose();

    private async Task Accept(Func<Stream, Task> serve)
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                _ = Task.Run(() => Serve(client, serve));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task Serve(TcpClient client, Func<Stream, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream());
            }
            catch (Exception e) when (e is IOException or AuthenticationException or WebSocketException or ObjectDisposedException)
            {
                // The client went.
            }
        }
    }
}
