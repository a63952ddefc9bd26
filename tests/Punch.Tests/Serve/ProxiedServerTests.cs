using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Punch.Server;
using Punch.Server.Streams;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>The WebSocket port behind a proxy, and who may name its clients.</summary>
public sealed class ProxiedServerTests
{
    private const string V4 = "0D0A0D0A000D0A515549540A" + "2111" + "000C" + "C6336409" + "7F000001" + "C351" + "0050";
    private const string V6 = "0D0A0D0A000D0A515549540A" + "2121" + "0028" + "20010DB8000000000000000000000007"
        + "00000000000000000000000000000001" + "9C41" + "0050" + "04000100"; // with a field of the proxy

    private static readonly ServedAddress WebSocketAddress = ServerRig.Loopback with { Streams = StreamKind.WebSocket };

    [Theory]
    [InlineData(null, "127.0.0.1")]
    [InlineData("198.51.100.9", "198.51.100.9")]
    [InlineData("203.0.113.5, 198.51.100.9", "198.51.100.9")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("198.51.100.9:50000", "198.51.100.9")]
    [InlineData("[2001:db8::7]:50000", "2001:db8::7")]
    [InlineData("unknown", "127.0.0.1")]
    public async Task A_listed_proxy_names_the_client_by_X_Forwarded_For(string? field, string expected)
    {
        using ServerRig rig = Start(isListed: true);
        using ClientWebSocket client = await ConnectAsync(rig, field);

        TransportAddress seen = await WebSocketParty.BindAsync(client, 1);

        Assert.Equal(HostAddress.Parse(expected), seen.Host);
    }

    [Fact]
    public async Task Nobody_else_names_a_client()
    {
        using ServerRig rig = Start(isListed: false);
        using ClientWebSocket client = await ConnectAsync(rig, "198.51.100.9");

        Assert.Equal(HostAddress.Parse("127.0.0.1"), (await WebSocketParty.BindAsync(client, 1)).Host);
    }

    [Theory]
    [InlineData(V4, "198.51.100.9:50001")]
    [InlineData(V6, "[2001:db8::7]:40001")]
    public void A_listed_proxy_names_the_client_by_the_PROXY_protocol(string header, string expected)
    {
        using ServerRig rig = Start(isListed: true);
        using var client = new TcpClient("127.0.0.1", rig.Endpoint().Port) { ReceiveTimeout = 5000 };

        client.GetStream().Write([.. Convert.FromHexString(header), .. StunBytes.Request().ToArray()]);

        using var framed = new StreamClient(client.GetStream());
        Assert.Equal(TransportAddress.Parse(expected), ServerRig.MappedIn(framed.Receive()!));
    }

    [Fact]
    public void A_proxy_that_speaks_for_itself_is_the_client()
    {
        using ServerRig rig = Start(isListed: true);
        using var client = new TcpClient("127.0.0.1", rig.Endpoint().Port) { ReceiveTimeout = 5000 };

        client.GetStream().Write([.. Convert.FromHexString("0D0A0D0A000D0A515549540A20000000"), .. StunBytes.Request().ToArray()]);

        using var framed = new StreamClient(client.GetStream());
        Assert.Equal(ServerRig.AddressOf(client.Client.LocalEndPoint!), ServerRig.MappedIn(framed.Receive()!));
    }

    [Theory]
    [InlineData(false, V4)] // who is not listed
    [InlineData(true, "0D0A0D0A000D0A515549540B2111000CC63364097F000001C3510050")] // a wrong signature
    [InlineData(true, "0D0A0D0A000D0A515549540A1111000CC63364097F000001C3510050")] // version 1
    [InlineData(true, "0D0A0D0A000D0A515549540A2112000CC63364097F000001C3510050")] // UDP
    [InlineData(true, "0D0A0D0A000D0A515549540A2111000BC63364097F000001C35100")] // cut short
    [InlineData(true, "0D0A0D0A000D0A515549540A21110219")] // too long
    public void Any_other_header_ends_the_connection(bool isListed, string header)
    {
        using ServerRig rig = Start(isListed);
        using var client = new TcpClient("127.0.0.1", rig.Endpoint().Port) { ReceiveTimeout = 5000 };

        client.GetStream().Write([.. Convert.FromHexString(header), .. StunBytes.Request().ToArray()]);

        Assert.True(IsClosed(client));
    }

    [Fact]
    public async Task The_port_serves_nothing_but_the_upgrade()
    {
        using ServerRig rig = Start(isListed: false);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{WebSocketEndpoint(rig).Port}") };

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.UpgradeRequired, (await http.GetAsync("/punch", TestContext.Current.CancellationToken)).StatusCode);
        using var client = new TcpClient("127.0.0.1", WebSocketEndpoint(rig).Port) { ReceiveTimeout = 5000 };
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        client.GetStream().Write(StunBytes.Request().ToArray());
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.StartsWith("HTTP/1.1 400 ", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Connections_whose_client_is_unknown_are_few()
    {
        using ServerRig rig = Start(isListed: true);
        List<TcpClient> silent = [.. Enumerable.Range(0, StreamPort.MaxUnknown).Select(_ => new TcpClient("127.0.0.1", rig.Endpoint().Port))];
        using var next = new TcpClient("127.0.0.1", rig.Endpoint().Port) { ReceiveTimeout = 5000 };

        Assert.True(IsClosed(next));

        silent.ForEach(each => each.Dispose());
    }

    private static ServerRig Start(bool isListed) => new(new ServerOptions
    {
        Addresses = [ServerRig.Loopback, WebSocketAddress],
        Limit = null,
        Proxies = isListed ? new HashSet<HostAddress> { HostAddress.Parse("127.0.0.1") } : new HashSet<HostAddress>(),
    });

    private static TransportAddress WebSocketEndpoint(ServerRig rig) => rig.Server.EndpointsOf(StreamKind.WebSocket)[0];

    private static async Task<ClientWebSocket> ConnectAsync(ServerRig rig, string? forwarded)
    {
        var client = new ClientWebSocket();
        client.Options.AddSubProtocol("punch");
        if (forwarded is not null) { client.Options.SetRequestHeader("X-Forwarded-For", forwarded); }

        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{WebSocketEndpoint(rig).Port}/punch"), TestContext.Current.CancellationToken);
        return client;
    }

    private static bool IsClosed(TcpClient client)
    {
        try
        {
            return client.GetStream().Read(new byte[100]) == 0;
        }
        catch (IOException e)
        {
            return e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset };
        }
    }
}
