using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Punch.Server;
using Punch.Server.Streams;
using Punch.Server.Tls;
using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Tests.Relay;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>The TLS port, with frames and WebSockets in it, and the replacement of its certificate.</summary>
public sealed class TlsServerTests : IDisposable
{
    private static readonly ServedAddress Tls = ServerRig.Loopback with { Streams = StreamKind.Tls };

    private readonly PemFiles _files = new();
    private readonly Recorder _observer = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Frames_in_TLS_reach_a_peer_on_UDP_and_come_back()
    {
        using ServerRig rig = Start();
        using StreamClient first = ConnectTls(rig, out _);
        using Socket second = ServerRig.Client();
        first.Bind(party: 1);
        RelayServerTests.Bind(second, rig.Endpoint(), party: 2);

        for (int length = 30; length < 3000; length += 300)
        {
            first.Send(RelayRig.Frame(length));
            Assert.Equal(RelayRig.Frame(length), RelayServerTests.Receive(second).Bytes);
            ServerRig.Send(second, rig.Endpoint(), RelayRig.Frame(length, 7));
            Assert.Equal(RelayRig.Frame(length, 7), first.ReceiveReply());
        }
    }

    [Fact]
    public async Task A_WebSocket_in_TLS_carries_a_datagram_in_each_message()
    {
        using ServerRig rig = Start();
        using StreamClient first = ConnectTls(rig, out _);
        using ClientWebSocket second = await ConnectWebSocketAsync(rig);
        first.Bind(party: 1);
        await WebSocketParty.BindAsync(second, party: 2);

        first.Send(RelayRig.Frame(1000));
        Assert.Equal(RelayRig.Frame(1000), await WebSocketParty.ReceiveAsync(second));
        await second.SendAsync(RelayRig.Frame(4096), WebSocketMessageType.Binary, endOfMessage: true, TestContext.Current.CancellationToken);
        Assert.Equal(RelayRig.Frame(4096), first.ReceiveReply());
    }

    [Theory]
    [InlineData(WebSocketMessageType.Text, 20)]
    [InlineData(WebSocketMessageType.Binary, 4097)]
    public async Task A_message_that_is_no_datagram_ends_a_WebSocket(WebSocketMessageType type, int length)
    {
        using ServerRig rig = Start();
        using ClientWebSocket client = await ConnectWebSocketAsync(rig);

        await client.SendAsync(RelayRig.Frame(length, (byte)'a')[1..], type, endOfMessage: false, TestContext.Current.CancellationToken);
        await client.SendAsync("aa"u8.ToArray(), type, endOfMessage: true, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<WebSocketException>(() => WebSocketParty.ReceiveAsync(client));
    }

    [Theory]
    [InlineData("GET /punch HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 426 ")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 404 ")]
    [InlineData("POST /punch HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 404 ")]
    [InlineData("GET /punch\r\n\r\n", "HTTP/1.1 400 ")]
    public void Other_requests_get_a_short_reply(string request, string reply)
    {
        using ServerRig rig = Start();
        using SslStream stream = Handshake(rig, out _);

        stream.Write(Encoding.ASCII.GetBytes(request));

        string text = new StreamReader(stream, Encoding.ASCII).ReadToEnd();
        Assert.StartsWith(reply, text);
        Assert.Contains("Connection: close\r\n", text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("16030100")]
    [InlineData("000100002112a442000102030405060708090a0b")]
    public void A_connection_that_does_not_finish_its_handshake_is_closed(string hex)
    {
        using ServerRig rig = Start(TimeSpan.FromMilliseconds(100));
        using var client = new TcpClient("127.0.0.1", TlsEndpoint(rig).Port);
        client.ReceiveTimeout = 5000;

        client.GetStream().Write(Convert.FromHexString(hex));

        byte[] buffer = new byte[100];
        try
        {
            while (client.GetStream().Read(buffer) > 0) { }
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // Closed as well.
        }

        Assert.True(SpinWait.SpinUntil(() => rig.Statistics.Connections == 0, 5000));
    }

    [Fact]
    public void STUN_in_TLS_and_on_its_UDP_port_gets_its_reply()
    {
        using ServerRig rig = Start();
        using SslStream stream = Handshake(rig, out _);
        using Socket udp = ServerRig.Client();

        stream.Write(StunBytes.Request().ToArray());

        byte[] reply = new byte[32];
        stream.ReadExactly(reply);
        Assert.Equal(0x0101, (reply[0] << 8) | reply[1]);
        Assert.Equal(ServerRig.LocalOf(udp), ServerRig.MappedIn(ServerRig.Ask(udp, TlsEndpoint(rig), ServerRig.Request()).Bytes));
    }

    [Fact]
    public void A_new_certificate_is_for_new_connections_and_old_ones_go_on()
    {
        using ServerRig rig = Start();
        string oldPin = _files.Pin;
        using StreamClient first = ConnectTls(rig, out string seen);
        first.Bind(party: 1);
        Assert.Equal((oldPin, oldPin), (seen, rig.Server.Certificate!.Pin));

        _files.Write("relay.test", TimeSpan.FromDays(-1), TimeSpan.FromDays(60));
        rig.Server.Reload();

        using StreamClient second = ConnectTls(rig, out seen);
        Assert.Equal((_files.Pin, _files.Pin), (seen, rig.Server.Certificate!.Pin));
        Assert.NotEqual(oldPin, seen);
        Assert.Equal(_files.Pin, Assert.Single(_observer.Certificates).Pin);
        second.Bind(party: 2);
        first.Send(RelayRig.Frame(60));
        Assert.Equal(60, second.ReceiveReply().Length);
    }

    [Fact]
    public void Files_that_are_wrong_change_nothing_and_are_told_once()
    {
        using ServerRig rig = Start();
        string pin = _files.Pin, key = File.ReadAllText(_files.Key);
        _files.Write("relay.test", TimeSpan.FromDays(-1), TimeSpan.FromDays(60));
        File.WriteAllText(_files.Key, key); // as between the writing of one file and the other

        rig.Server.Reload();
        rig.Server.Reload();

        Assert.Equal(pin, rig.Server.Certificate!.Pin);
        Assert.Contains("another one", Assert.Single(_observer.Failures));
        ConnectTls(rig, out string seen).Dispose();
        Assert.Equal(pin, seen);
    }

    [Fact]
    public void The_pin_and_the_name_are_those_of_the_certificate()
    {
        _files.Write("192.0.2.1", TimeSpan.FromDays(-2), TimeSpan.FromDays(-1));

        ServerCertificate certificate = ServerCertificate.Read(File.ReadAllText(_files.Certificate), File.ReadAllText(_files.Key));

        Assert.Equal((_files.Pin, "192.0.2.1"), (certificate.Pin, certificate.Name));
        Assert.True(certificate.NotAfter < DateTime.UtcNow);
    }

    [Theory]
    [InlineData("", "", "no PEM certificate")]
    [InlineData("cert", "", "no PEM key")]
    [InlineData("cert", "other", "another one")]
    [InlineData("cert", "encrypted", "encrypted")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "key", "cannot be read")]
    public void Wrong_files_are_explained(string certificate, string key, string text)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string certificates = certificate == "cert" ? File.ReadAllText(_files.Certificate) : certificate;
        string keys = key switch
        {
            "key" => File.ReadAllText(_files.Key),
            "other" => other.ExportPkcs8PrivateKeyPem(),
            "encrypted" => other.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)),
            _ => key,
        };

        Assert.Contains(text, Assert.Throws<CertificateException>(() => ServerCertificate.Read(certificates, keys)).Message);
    }

    private ServerRig Start(TimeSpan? idle = null) => new(new ServerOptions
    {
        Addresses = [ServerRig.Loopback, Tls],
        Certificate = (_files.Certificate, _files.Key),
        Observer = _observer,
        Limit = null,
        IdleTimeout = idle ?? ServerMachineOptions.UsualIdleTimeout,
    });

    private static TransportAddress TlsEndpoint(ServerRig rig) => rig.Server.EndpointsOf(StreamKind.Tls)[0];

    private StreamClient ConnectTls(ServerRig rig, out string pin) => new(Handshake(rig, out pin));

    private SslStream Handshake(ServerRig rig, out string pin)
    {
        var client = new TcpClient("127.0.0.1", TlsEndpoint(rig).Port) { ReceiveTimeout = 10_000 };
        string seen = "";
        bool Look(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            seen = PinOf(certificate);
            return _files.Pins.Contains(seen);
        }

        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, Look);
        stream.AuthenticateAsClient("relay.test");
        pin = seen;
        return stream;
    }

    private async Task<ClientWebSocket> ConnectWebSocketAsync(ServerRig rig)
    {
        var client = new ClientWebSocket();
        client.Options.AddSubProtocol("punch");
        client.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => _files.Pins.Contains(PinOf(certificate));
        await client.ConnectAsync(new Uri($"wss://127.0.0.1:{TlsEndpoint(rig).Port}/punch"), TestContext.Current.CancellationToken);
        return client;
    }

    private static string PinOf(X509Certificate? certificate) =>
        Convert.ToHexStringLower(SHA256.HashData(((X509Certificate2)certificate!).PublicKey.ExportSubjectPublicKeyInfo()));

    private sealed class Recorder : IServerObserver
    {
        public List<ServerCertificate> Certificates { get; } = [];

        public List<string> Failures { get; } = [];

        public bool WantsRequests => false;

        public void OnCertificate(ServerCertificate certificate) => Certificates.Add(certificate);

        public void OnCertificateFailed(string reason) => Failures.Add(reason);

        public void OnRequest(TransportAddress client, TransportAddress local, RequestOutcome outcome)
        {
        }

        public void OnConnection(TransportAddress client, ConnectionChange change)
        {
        }

        public void OnAcceptFailed(TransportAddress local, SocketError error, long count)
        {
        }

        public void OnReceiveFailed(TransportAddress local, SocketError error, long count)
        {
        }

        public void OnSendFailed(TransportAddress local, SocketError error, long count)
        {
        }

        public void OnSourcesRewritten(TransportAddress local, HostAddress seen)
        {
        }
    }
}
