using System.Net.Sockets;
using Punch.Net.Streams;
using Xunit;

namespace Punch.Tests.Streams;

/// <summary>Streams to a TURN server, directly and through a proxy, with real sockets on loopback.</summary>
public sealed class TurnDialerTests
{
    // A Binding indication, which a TURN server takes without ChannelData around it.
    private static readonly byte[] Message = [0, 0x11, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. new byte[12]];

    [Fact]
    public async Task A_proxy_opens_a_tunnel_where_the_server_cannot_be_reached_directly()
    {
        using var server = new ScriptedServer(ScriptedServer.Echo);
        string asked = "";
        using ScriptedServer proxy = Proxy(server, head => asked = head);
        TransportAddress closed = Closed();

        using IMessagePipe pipe = await Dial(closed, proxy);

        Assert.Equal(Message.Length, await SendAndRead(pipe));
        Assert.StartsWith($"CONNECT turn.example:{closed.Port} HTTP/1.1\r\n", asked);
    }

    [Fact]
    public async Task A_server_that_is_reached_directly_needs_no_proxy()
    {
        using var server = new ScriptedServer(ScriptedServer.Echo);
        bool isAsked = false;
        using ScriptedServer proxy = Proxy(server, _ => isAsked = true);

        using IMessagePipe pipe = await Dial(server.Address, proxy);

        Assert.Equal(Message.Length, await SendAndRead(pipe));
        Assert.False(isAsked);
    }

    [Fact]
    public async Task The_reason_of_a_failure_is_that_of_the_proxy()
    {
        using var proxy = new ScriptedServer(async stream =>
        {
            await ScriptedServer.ReadHead(stream);
            await ScriptedServer.Write(stream, "HTTP/1.1 403 Forbidden\r\n\r\n");
        });
        TransportAddress closed = Closed();

        StreamException refusal = await Assert.ThrowsAsync<StreamException>(async () => (await Dial(closed, proxy)).Dispose());

        Assert.Contains($"forbids turn.example:{closed.Port} (HTTP 403)", refusal.Message);
    }

    private static TransportAddress Closed()
    {
        TcpListener listener = CarrierRig.Listen();
        TransportAddress closed = CarrierRig.AddressOf(listener);
        listener.Dispose();
        return closed;
    }

    private static ScriptedServer Proxy(ScriptedServer server, Action<string> note) => new(async stream =>
    {
        note(await ScriptedServer.ReadHead(stream));
        await ScriptedServer.Tunnel(stream, server.Address);
    });

    private static Task<IMessagePipe> Dial(TransportAddress server, ScriptedServer proxy)
    {
        var dialer = new TurnDialer(
            new ServerPoint("turn.example", server.Port) { IsTurn = true },
            (new HttpProxy("127.0.0.1", proxy.Address.Port), proxy.Address.Host));
        var request = new StreamRequest { Action = StreamAction.Open, Remote = server with { Transport = Transport.Tcp } };
        return dialer.Dial(request, TestContext.Current.CancellationToken);
    }

    private static async Task<int> SendAndRead(IMessagePipe pipe)
    {
        Assert.True(pipe.TryWrite(Message));
        await pipe.FlushAsync(TestContext.Current.CancellationToken);
        return await pipe.ReadAsync(new byte[65_535], TestContext.Current.CancellationToken);
    }
}
