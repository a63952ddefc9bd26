using System.Net.Sockets;
using Punch.Net.Streams;
using Xunit;

namespace Punch.Tests.Streams;

/// <summary>Datagrams over TCP, with real sockets on loopback.</summary>
public sealed class StreamCarrierTests
{
    private static readonly byte[] Sealed = [0x80, 1, 2, 3, 4];

    [Fact]
    public async Task A_datagram_goes_both_ways_and_keeps_its_bounds()
    {
        using TcpListener listener = CarrierRig.Listen();
        using var rig = new CarrierRig();
        TransportAddress remote = CarrierRig.AddressOf(listener);
        rig.Open(remote);
        using FramedPipe far = FramedPipe.Over(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));

        NetworkNotice opened = rig.Notice();
        Assert.True(rig.Carrier.TrySend(remote, Sealed));
        Assert.True(rig.Carrier.TrySend(remote, []));
        byte[] buffer = new byte[65_535];
        int first = await far.ReadAsync(buffer, TestContext.Current.CancellationToken);
        int second = await far.ReadAsync(buffer, TestContext.Current.CancellationToken);
        byte[] largest = new byte[65_535];
        Array.Fill(largest, (byte)0xAB);
        far.TryWrite(largest);
        await far.FlushAsync(TestContext.Current.CancellationToken);
        (byte[] bytes, TransportAddress from) = rig.Receive();

        Assert.Equal(NetworkNoticeKind.StreamOpened, opened.Kind);
        Assert.Equal(remote, opened.Remote);
        Assert.Equal(Transport.Tcp, opened.Local.Transport);
        Assert.Equal((Sealed.Length, 0), (first, second));
        Assert.Equal(largest, bytes);
        Assert.Equal(remote, from);
    }

    [Fact]
    public async Task The_last_datagrams_are_taken_before_the_stream_is_closed()
    {
        using TcpListener listener = CarrierRig.Listen();
        using var rig = new CarrierRig();
        rig.Open(CarrierRig.AddressOf(listener));
        using (FramedPipe far = FramedPipe.Over(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken)))
        {
            far.TryWrite(Sealed);
            await far.FlushAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(NetworkNoticeKind.StreamOpened, rig.Notice().Kind);
        Assert.Equal(Sealed, rig.Receive().Bytes);
        NetworkNotice closed = rig.Notice();

        Assert.Equal(NetworkNoticeKind.StreamClosed, closed.Kind);
        Assert.Null(closed.Reason);
    }

    [Fact]
    public void A_refused_connection_is_a_notice_with_the_reason()
    {
        TcpListener listener = CarrierRig.Listen();
        TransportAddress remote = CarrierRig.AddressOf(listener);
        listener.Dispose();
        using var rig = new CarrierRig();

        rig.Open(remote);

        Assert.Equal(NetworkNotice.StreamClosed(remote, "connection refused", isRefused: true), rig.Notice());
    }

    [Fact]
    public async Task Bytes_that_are_no_frame_close_the_stream()
    {
        using TcpListener listener = CarrierRig.Listen();
        using var rig = new CarrierRig();
        rig.Open(CarrierRig.AddressOf(listener));
        using Socket far = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        Assert.Equal(NetworkNoticeKind.StreamOpened, rig.Notice().Kind);

        await far.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        Assert.Equal("a web server answers, and no 'punch serve': is this a captive portal?", rig.Notice().Reason);
    }

    [Fact]
    public async Task A_full_queue_drops_datagrams_and_the_loop_never_waits()
    {
        using TcpListener listener = CarrierRig.Listen();
        using var rig = new CarrierRig();
        TransportAddress remote = CarrierRig.AddressOf(listener);
        rig.Open(remote);
        using Socket far = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        Assert.Equal(NetworkNoticeKind.StreamOpened, rig.Notice().Kind);

        // Nobody reads. The system's buffers hold a few MB.
        byte[] datagram = new byte[1200];
        datagram[0] = 0x80;
        int sent = 0;
        while (sent < 1_000_000 && rig.Carrier.TrySend(remote, datagram)) { sent++; }

        Assert.InRange(sent, CarriedStream.QueueLength / 1300, 999_999);
    }

    [Fact]
    public async Task A_loop_that_is_behind_slows_the_far_end_and_loses_nothing()
    {
        const int Count = 2000;
        using TcpListener listener = CarrierRig.Listen();
        using var rig = new CarrierRig();
        rig.Open(CarrierRig.AddressOf(listener));
        using FramedPipe far = FramedPipe.Over(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
        Assert.Equal(NetworkNoticeKind.StreamOpened, rig.Notice().Kind);
        Task sending = Task.Run(async () =>
        {
            byte[] datagram = new byte[1000];
            datagram[0] = 0x80;
            for (int i = 0; i < Count; i++)
            {
                BitConverter.TryWriteBytes(datagram.AsSpan(1), i);
                far.TryWrite(datagram);
                await far.FlushAsync(CancellationToken.None);
            }
        }, TestContext.Current.CancellationToken);

        for (int i = 0; i < Count; i++) { Assert.Equal(i, BitConverter.ToInt32(rig.Receive().Bytes, 1)); }

        await sending;
    }

    [Fact]
    public async Task What_is_queued_leaves_before_the_end()
    {
        using TcpListener listener = CarrierRig.Listen();
        var rig = new CarrierRig();
        TransportAddress remote = CarrierRig.AddressOf(listener);
        rig.Open(remote);
        using FramedPipe far = FramedPipe.Over(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
        Assert.Equal(NetworkNoticeKind.StreamOpened, rig.Notice().Kind);

        rig.Carrier.TrySend(remote, Sealed);
        rig.Close(remote);
        byte[] buffer = new byte[65_535];

        Assert.False(rig.Carrier.TrySend(remote, Sealed));
        Assert.Equal(NetworkNotice.StreamClosed(remote, null), rig.Notice());
        Assert.Equal(Sealed.Length, await far.ReadAsync(buffer, TestContext.Current.CancellationToken));
        Assert.Equal(-1, await far.ReadAsync(buffer, TestContext.Current.CancellationToken));
        rig.Dispose();
    }

    [Fact]
    public void A_stream_that_is_one_too_many_is_refused()
    {
        using var rig = new CarrierRig((_, cancellation) => Never(cancellation));
        for (ushort port = 1; port <= StreamCarrier.MaxStreams; port++) { rig.Open(Remote(port)); }

        rig.Open(Remote(99));

        Assert.Equal(NetworkNotice.StreamClosed(Remote(99), "too many streams are open"), rig.Notice());
        Assert.False(rig.Carrier.TryAccept(new DeafPipe(), Remote(100)));
    }

    [Fact]
    public async Task A_stream_that_the_far_end_opened_is_carried_like_any()
    {
        using TcpListener listener = CarrierRig.Listen();
        using var rig = new CarrierRig();
        using Socket near = new(SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using FramedPipe far = FramedPipe.Over(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
        TransportAddress remote = CarrierRig.AddressOf(listener);

        Assert.True(rig.Carrier.TryAccept(FramedPipe.Over(near), remote));
        NetworkNotice opened = rig.Notice();
        rig.Carrier.TrySend(remote, Sealed);

        Assert.Equal((NetworkNoticeKind.StreamOpened, remote), (opened.Kind, opened.Remote));
        Assert.Equal(Sealed.Length, await far.ReadAsync(new byte[65_535], TestContext.Current.CancellationToken));
    }

    private static TransportAddress Remote(ushort port) => new(HostAddress.Parse("192.0.2.1"), port, Transport.Tcp);

    private static async Task<IMessagePipe> Never(CancellationToken cancellation)
    {
        await Task.Delay(System.Threading.Timeout.Infinite, cancellation);
        return new DeafPipe();
    }

    private sealed class DeafPipe : IMessagePipe
    {
        public TransportAddress Local => default;

        public void Dispose()
        {
            // Holds nothing.
        }

        public async ValueTask FlushAsync(CancellationToken cancellation) => await Task.CompletedTask;

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            await Task.Delay(System.Threading.Timeout.Infinite, cancellation);
            return -1;
        }

        public bool TryWrite(ReadOnlySpan<byte> datagram) => true;
    }
}
