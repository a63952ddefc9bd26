using System.Net.Sockets;
using Punch.Server;
using Punch.Server.Streams;
using Punch.Serving.Relay;
using Punch.Tests.Relay;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>Rooms and relay over TCP, with real sockets.</summary>
public sealed class StreamRelayTests
{
    [Fact]
    public void Frames_cross_between_TCP_and_UDP()
    {
        using var rig = new ServerRig(Options());
        using StreamClient first = StreamClient.ConnectTcp(rig.Endpoint());
        using Socket second = ServerRig.Client();
        first.Bind(party: 1);
        RelayServerTests.Bind(second, rig.Endpoint(), party: 2);
        Assert.True(PeerNotice.TryRead(first.Receive(), out PeerNotice notice));
        Assert.Equal(ServerRig.LocalOf(second), notice.Peer.V4);

        for (int i = 0; i < 100; i++)
        {
            byte[] frame = RelayRig.Frame(30 + (13 * i), (byte)i);
            first.Send(frame);
            Assert.Equal(frame, RelayServerTests.Receive(second).Bytes);
            ServerRig.Send(second, rig.Endpoint(), frame);
            Assert.Equal(frame, first.ReceiveReply());
        }

        Assert.Equal((200, 0), (rig.Statistics.Relay.Forwarded, rig.Statistics.StreamDrops));
    }

    [Fact]
    public void Frames_cross_between_two_streams_in_order()
    {
        using var rig = new ServerRig(Options());
        using StreamClient first = StreamClient.ConnectTcp(rig.Endpoint());
        using StreamClient second = StreamClient.ConnectTcp(rig.Endpoint(1));
        first.Bind(party: 1);
        second.Bind(party: 2);

        for (int i = 0; i < 60; i++) { first.Send(RelayRig.Frame(1200, (byte)i)); }

        for (int i = 0; i < 60; i++) { Assert.Equal(RelayRig.Frame(1200, (byte)i), second.ReceiveReply()); }
    }

    [Fact]
    public async Task A_slow_stream_loses_whole_datagrams_and_delays_nobody()
    {
        using var rig = new ServerRig(Options());
        using StreamClient slow = StreamClient.ConnectTcp(rig.Endpoint());
        using Socket fast = ServerRig.Client();
        slow.Bind(party: 1);
        RelayServerTests.Bind(fast, rig.Endpoint(), party: 2);
        int sent = 0;
        for (; rig.Statistics.StreamDrops < 100; sent++)
        {
            Assert.True(sent < 100_000);
            ServerRig.Send(fast, rig.Endpoint(), RelayRig.Frame(1400));
            if (sent % 50 == 0) { await Task.Delay(1, TestContext.Current.CancellationToken); }
        }

        slow.Send(RelayRig.Frame(77));
        Assert.Equal(77, RelayServerTests.Receive(fast).Bytes.Length);

        // What is received now is whole, and new frames come through again.
        slow.ReceiveReply();
        int received = 1;
        for (; ; received++)
        {
            if (received % 20 == 0) { ServerRig.Send(fast, rig.Endpoint(), RelayRig.Frame(55)); }

            byte[] frame = slow.ReceiveReply();
            if (frame.Length == 55) { break; }

            Assert.Equal(1400, frame.Length);
        }

        Assert.InRange(received, SendQueue.MaxLength / 1404, sent);
    }

    [Fact]
    public void A_server_that_stops_tells_a_leg_on_a_stream()
    {
        using var rig = new ServerRig(Options());
        using StreamClient first = StreamClient.ConnectTcp(rig.Endpoint());
        first.Bind(party: 1);

        rig.Server.Drain(TimeSpan.FromSeconds(7));

        Assert.True(Punch.Protocol.Relay.RelayNotice.TryRead(first.ReceiveReply(), out Punch.Protocol.Relay.RelayNotice notice));
        Assert.Equal(Punch.Protocol.Relay.RelayEvent.Draining, notice.Event);
    }

    private static ServerOptions Options() => new()
    {
        Addresses = [ServerRig.TwoPorts],
        Limit = null,
        Relay = new RelayOptions { Limits = default, TotalBytesPerSecond = 0 },
    };
}
