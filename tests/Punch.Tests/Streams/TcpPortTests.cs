using System.Net;
using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Streams;
using Xunit;

namespace Punch.Tests.Streams;

/// <summary>Two ports of one machine that dial each other.</summary>
public sealed class TcpPortTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<IDisposable> _disposables = [];

    [Fact]
    public async Task Two_sides_that_dial_each_other_have_one_stream_again_and_again()
    {
        for (int round = 0; round < 20; round++)
        {
            Side a = Open("127.0.0.2");
            Side b = Open("127.0.0.3");
            Task opened = Task.WhenAll(Dial(a, b), Dial(b, a));
            await opened.WaitAsync(Patience, TestContext.Current.CancellationToken);

            Assert.True(a.Carrier.TrySend(b.Local, "from a"u8));
            Assert.True(b.Carrier.TrySend(a.Local, ""u8));
            Assert.Equal((6, b.Local, a.Local), await Receive(a, b));
            Assert.Equal((0, a.Local, b.Local), await Receive(b, a));
        }
    }

    [Fact]
    public async Task What_was_sent_just_before_the_end_arrives_and_the_same_ports_connect_again_at_once()
    {
        ushort port = 0;
        for (int round = 0; round < 5; round++)
        {
            Side a = Open("127.0.0.2", port);
            Side b = Open("127.0.0.3", port = a.Local.Port);
            await Task.WhenAll(Dial(a, b), Dial(b, a)).WaitAsync(Patience, TestContext.Current.CancellationToken);

            Assert.True(a.Carrier.TrySend(b.Local, "last words"u8));
            a.Carrier.Dispose();

            Assert.Equal(10, (await Receive(a, b)).Length);
            Assert.Equal(NetworkNoticeKind.StreamClosed, (await Notice(b)).Kind);
            b.Carrier.Dispose();
        }
    }

    [Fact]
    public async Task A_port_without_a_listener_refuses()
    {
        Side a = Open("127.0.0.2");
        a.Carrier.Request(new StreamRequest
        {
            Action = StreamAction.Open,
            Remote = new TransportAddress(HostAddress.Parse("127.0.0.9"), a.Local.Port, Transport.Tcp),
            Local = a.Local,
        });

        NetworkNotice notice = await Notice(a);
        Assert.Equal((NetworkNoticeKind.StreamClosed, "connection refused", true), (notice.Kind, notice.Reason, notice.IsRefused));
    }

    [Fact]
    public async Task A_connection_that_nobody_dialed_comes_to_the_machine()
    {
        Side a = Open("127.0.0.2");
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        stranger.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0));
        await stranger.ConnectAsync(IPAddress.Parse("127.0.0.2"), a.Local.Port, TestContext.Current.CancellationToken);

        NetworkNotice notice = await Notice(a);
        Assert.Equal((NetworkNoticeKind.StreamOpened, a.Local), (notice.Kind, notice.Local));
        Assert.Equal(HostAddress.Parse("127.0.0.9"), notice.Remote.Host);
    }

    [Fact]
    public void A_port_that_another_program_listens_at_is_taken()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        listener.Listen();

        LocalNetworkException taken = Assert.Throws<LocalNetworkException>(
            () => TcpPort.Open([HostAddress.Parse("127.0.0.2")], (ushort)((IPEndPoint)listener.LocalEndPoint!).Port));
        Assert.Equal(LocalNetworkError.PortTaken, taken.Error);
        Assert.StartsWith("TCP port ", taken.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        foreach (IDisposable disposable in _disposables) { disposable.Dispose(); }
    }

    /// <summary>Dials until a stream is open, as the machine does.</summary>
    private static async Task Dial(Side from, Side to)
    {
        while (true)
        {
            from.Carrier.Request(new StreamRequest { Action = StreamAction.Open, Remote = to.Local, Local = from.Local });
            NetworkNotice notice = await Notice(from);
            Assert.Equal(to.Local, notice.Remote);
            if (notice.Kind == NetworkNoticeKind.StreamOpened) { return; }

            await Task.Delay(10);
        }
    }

    private static async Task<NetworkNotice> Notice(Side side)
    {
        NetworkNotice notice;
        while (!side.Carrier.TryNotice(out notice)) { Assert.True(await side.Woken.WaitAsync(Patience)); }

        return notice;
    }

    private static async Task<(int Length, TransportAddress To, TransportAddress From)> Receive(Side from, Side to)
    {
        byte[] buffer = new byte[65_535];
        StreamDatagram datagram;
        while (!to.Carrier.TryReceive(buffer, out datagram)) { Assert.True(await to.Woken.WaitAsync(Patience)); }

        Assert.Equal(from.Local, datagram.From);
        return (datagram.Length, datagram.To, datagram.From);
    }

    private Side Open(string host, ushort port = 0)
    {
        var opened = TcpPort.Open([HostAddress.Parse(host)], port);
        var side = new Side(opened.Locals[0], new StreamCarrier(opened.Dial, opened), new SemaphoreSlim(0));
        side.Carrier.Attach(() => side.Woken.Release());
        opened.Begin(side.Carrier);
        _disposables.Add(side.Carrier);
        return side;
    }

    private sealed record Side(TransportAddress Local, StreamCarrier Carrier, SemaphoreSlim Woken);
}
