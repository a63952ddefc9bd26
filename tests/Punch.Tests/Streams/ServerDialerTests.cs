using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Punch.Net.Streams;
using Xunit;

namespace Punch.Tests.Streams;

/// <summary>Ways to a server over TLS, WebSocket and proxies, with real sockets on loopback.</summary>
public sealed class ServerDialerTests : IDisposable
{
    private const string Host = "punch.example";
    private readonly TestCertificates _issuer = new();

    public void Dispose() => _issuer.Dispose();

    [Theory]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.WebSocket)]
    public async Task A_datagram_of_any_length_comes_back(Transport transport)
    {
        using X509Certificate2 certificate = _issuer.Issue(Host);
        using ScriptedServer server = Serve(transport, certificate);
        using IMessagePipe pipe = await Dial(server.Address, transport, new ServerPoint(Host, server.Address.Port));

        foreach (int length in (int[])[0, 1, 1200, 65_535])
        {
            byte[] datagram = new byte[length];
            Array.Fill(datagram, (byte)0x80);
            byte[] buffer = new byte[65_535];
            Assert.True(pipe.TryWrite(datagram));
            await pipe.FlushAsync(TestContext.Current.CancellationToken);
            int back = await pipe.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.Equal(datagram, buffer[..back]);
        }

        Assert.Equal(transport, pipe.Local.Transport);
    }

    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Tls)]
    [InlineData(Transport.WebSocket)]
    public async Task A_proxy_gets_the_name_and_the_password_and_opens_a_tunnel(Transport transport)
    {
        using X509Certificate2 certificate = _issuer.Issue(Host);
        using ScriptedServer server = Serve(transport, certificate);
        string asked = "";
        using var proxy = new ScriptedServer(async stream =>
        {
            asked = await ScriptedServer.ReadHead(stream);
            await ScriptedServer.Tunnel(stream, server.Address);
        });
        var point = new ServerPoint(Host, 443) { Proxy = HttpProxy.TryParse($"http://me:p%40ss@{Plain(proxy)}/") };

        using IMessagePipe pipe = await Dial(proxy.Address, transport, point);
        pipe.TryWrite([0x80, 1]);
        await pipe.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, await pipe.ReadAsync(new byte[65_535], TestContext.Current.CancellationToken));
        string account = Convert.ToBase64String(Encoding.ASCII.GetBytes("me:p@ss"));
        Assert.Equal($"CONNECT {Host}:443 HTTP/1.1\r\nHost: {Host}:443\r\nProxy-Authorization: Basic {account}\r\n\r\n", asked);
    }

    [Fact]
    public async Task A_pin_needs_no_issuer_and_no_name()
    {
        using var stranger = new TestCertificates("Nobody");
        using X509Certificate2 certificate = stranger.Issue("other.example", isExpired: true);
        using ScriptedServer server = Serve(Transport.Tls, certificate);
        Assert.True(CertificatePin.TryParse(CertificatePin.Of(certificate).ToString(), out CertificatePin? pin));

        using IMessagePipe pipe = await Dial(server.Address, Transport.Tls, new ServerPoint(Host, 443) { Pin = pin });

        Assert.NotNull(pipe);
    }

    [Theory]
    [InlineData("wrong pin", "the certificate has another key than the pin says: sha256=")]
    [InlineData("wrong name", "the certificate is for other.example, not for punch.example")]
    [InlineData("expired", "the certificate expired on 20")]
    [InlineData("interceptor", "the certificate's issuer is unknown here: 'Corporate Inspection'; is TLS inspected on the way?")]
    public async Task A_certificate_that_is_not_right_is_refused_with_the_reason(string fault, string expected)
    {
        using var stranger = new TestCertificates("Corporate Inspection");
        using X509Certificate2 certificate = fault switch
        {
            "interceptor" => stranger.Issue(Host),
            "wrong name" => _issuer.Issue("other.example"),
            _ => _issuer.Issue(Host, isExpired: fault == "expired"),
        };
        using ScriptedServer server = Serve(Transport.Tls, certificate);
        using X509Certificate2 other = _issuer.Issue(Host);
        CertificatePin? pin = fault == "wrong pin" ? CertificatePin.Of(other) : null;

        string reason = await Refusal(server.Address, Transport.Tls, new ServerPoint(Host, 443) { Pin = pin });

        Assert.StartsWith(expected, reason);
    }

    [Theory]
    [InlineData(
        "302 Found\r\nLocation: http://portal.example/", "the web server there redirects elsewhere: is this a captive portal? (HTTP 302)")]
    [InlineData("200 OK", "a web server answers, and no 'punch serve': is this a captive portal? (HTTP 200)")]
    [InlineData("404 Not Found", "the web server there does not lead to a 'punch serve' (HTTP 404)")]
    [InlineData("101 Switching Protocols", "the web server there changes to something else than punch's WebSocket")]
    public async Task A_web_server_that_does_not_upgrade_is_refused_with_the_reason(string reply, string expected)
    {
        using X509Certificate2 certificate = _issuer.Issue(Host);
        using var server = new ScriptedServer(async stream =>
        {
            Stream encrypted = await ScriptedServer.Encrypt(stream, certificate);
            await ScriptedServer.ReadHead(encrypted);
            await ScriptedServer.Write(encrypted, $"HTTP/1.1 {reply}\r\nContent-Length: 0\r\n\r\n");
        });

        Assert.Equal(expected, await Refusal(server.Address, Transport.WebSocket, new ServerPoint(Host, 443)));
    }

    [Theory]
    [InlineData("407 Proxy Authentication Required", null, "asks for a password (HTTP 407)")]
    [InlineData("407 Proxy Authentication Required", "me:wrong@", "does not accept the password (HTTP 407)")]
    [InlineData("403 Forbidden", null, "forbids punch.example:443 (HTTP 403)")]
    [InlineData("502 Bad Gateway", null, "cannot reach punch.example:443 (HTTP 502)")]
    [InlineData("500 Oops", null, "refuses (HTTP 500)")]
    public async Task A_proxy_that_refuses_is_named_with_the_reason(string reply, string? account, string expected)
    {
        using var proxy = new ScriptedServer(async stream =>
        {
            await ScriptedServer.ReadHead(stream);
            await ScriptedServer.Write(stream, $"HTTP/1.1 {reply}\r\n\r\n");
        });
        var point = new ServerPoint(Host, 443) { Proxy = HttpProxy.TryParse($"http://{account}{Plain(proxy)}") };

        Assert.Equal($"the proxy {Plain(proxy)} {expected}", await Refusal(proxy.Address, Transport.Tls, point));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("HTTP/1.1 xyz\r\n\r\n")]
    [InlineData("")]
    public async Task Any_bytes_instead_of_a_handshake_are_one_reason(string bytes)
    {
        using var server = new ScriptedServer(async stream => await ScriptedServer.Write(stream, bytes));
        var point = new ServerPoint(Host, 443);
        var proxied = point with { Proxy = new HttpProxy("127.0.0.1", server.Address.Port) };

        foreach (ServerPoint way in (ServerPoint[])[point, proxied])
        {
            foreach (Transport transport in (Transport[])[Transport.Tls, Transport.WebSocket])
            {
                Assert.NotEmpty(await Refusal(server.Address, transport, way));
            }
        }
    }

    [Fact]
    public async Task A_head_without_end_is_refused()
    {
        using var proxy = new ScriptedServer(async stream =>
        {
            while (true) { await ScriptedServer.Write(stream, "HTTP/1.1 200 OK and more "); }
        });
        var point = new ServerPoint(Host, 443) { Proxy = new HttpProxy("127.0.0.1", proxy.Address.Port) };

        Assert.Equal("what answers there does not speak HTTP", await Refusal(proxy.Address, Transport.Tls, point));
    }

    [Fact]
    public async Task A_refused_proxy_is_named()
    {
        TcpListener listener = CarrierRig.Listen();
        TransportAddress closed = CarrierRig.AddressOf(listener);
        listener.Dispose();
        var point = new ServerPoint(Host, 443) { Proxy = new HttpProxy("127.0.0.1", closed.Port) };

        Assert.Equal($"the proxy 127.0.0.1:{closed.Port}: connection refused", await Refusal(closed, Transport.Tls, point));
    }

    private static TransportAddress Plain(ScriptedServer server) => server.Address with { Transport = Transport.Udp };

    private static ScriptedServer Serve(Transport transport, X509Certificate2 certificate) => new(async stream =>
    {
        Stream inner = transport == Transport.Tcp ? stream : await ScriptedServer.Encrypt(stream, certificate);
        if (transport == Transport.WebSocket) { await ScriptedServer.EchoMessages(inner, await ScriptedServer.ReadHead(inner)); }
        else { await ScriptedServer.Echo(inner); }
    });

    private async Task<string> Refusal(TransportAddress address, Transport transport, ServerPoint point) =>
        (await Assert.ThrowsAsync<StreamException>(async () => (await Dial(address, transport, point)).Dispose())).Message;

    private Task<IMessagePipe> Dial(TransportAddress address, Transport transport, ServerPoint point)
    {
        TransportAddress remote = address with { Transport = transport };
        var dialer = new ServerDialer(asked => asked == remote ? point : null) { Roots = _issuer.Roots };
        return dialer.Dial(new StreamRequest { Action = StreamAction.Open, Remote = remote }, TestContext.Current.CancellationToken);
    }
}
