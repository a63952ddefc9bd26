using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol.Relay;
using Punch.Server;
using Punch.Serving.Relay;
using Punch.Tests.Relay;
using Punch.Tests.Rendezvous;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>The relay of the whole server over loopback, on each kind of socket.</summary>
public sealed class RelayServerTests
{
    public static TheoryData<bool> Kinds => OperatingSystem.IsLinux() ? [true, false] : [false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frames_of_all_lengths_reach_the_other_leg_in_order_from_where_it_bound(bool isBatch)
    {
        using var rig = new ServerRig(Options(isBatch));
        using Socket first = ServerRig.Client();
        using Socket second = ServerRig.Client();
        Bind(first, rig.Endpoint(), party: 1);
        Bind(second, rig.Endpoint(1), party: 2);
        byte[][] frames = [.. Enumerable.Range(0, 200).Select(i => RelayRig.Frame(30 + ((i / 20) * 130), (byte)i))];

        foreach (byte[] frame in frames) { ServerRig.Send(first, rig.Endpoint(), frame); }

        foreach (byte[] frame in frames)
        {
            (byte[] bytes, TransportAddress from) = Receive(second);
            Assert.Equal(rig.Endpoint(1), from);
            Assert.Equal(frame, bytes);
        }

        RelayStatistics relay = rig.Statistics.Relay;
        Assert.Equal((200, frames.Sum(frame => frame.Length), 1, 1), (relay.Forwarded, relay.ForwardedBytes, relay.Sessions, relay.Paired));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frames_of_all_lengths_come_back_by_the_socket_they_came_to(bool isBatch)
    {
        using var rig = new ServerRig(Options(isBatch));
        using Socket first = ServerRig.Client();
        using Socket second = ServerRig.Client();
        Bind(first, rig.Endpoint(), party: 1);
        Bind(second, rig.Endpoint(), party: 2);
        byte[][] frames = [.. Enumerable.Range(0, 200).Select(i => RelayRig.Frame(4096 - ((i / 50) * 1000), (byte)i))];
        for (int i = 0; i < frames.Length; i += 20)
        {
            foreach (byte[] frame in frames[i..(i + 20)]) { ServerRig.Send(second, rig.Endpoint(), frame); }

            foreach (byte[] frame in frames[i..(i + 20)]) { Assert.Equal(frame, Receive(first).Bytes); }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_two_legs_may_be_of_different_families(bool isBatch)
    {
        using var rig = new ServerRig(Options(isBatch));
        using Socket first = ServerRig.Client();
        using Socket second = ServerRig.Client("::1");
        Bind(first, rig.Endpoint(), party: 1);
        Bind(second, rig.Endpoint(2), party: 2);

        ServerRig.Send(first, rig.Endpoint(), RelayRig.Frame(99));
        Assert.Equal((99, rig.Endpoint(2)), (Receive(second) is var there ? there.Bytes.Length : 0, there.From));
        ServerRig.Send(second, rig.Endpoint(2), RelayRig.Frame(77));
        Assert.Equal((77, rig.Endpoint()), (Receive(first) is var back ? back.Bytes.Length : 0, back.From));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_server_that_stops_tells_both_legs(bool isBatch)
    {
        using var rig = new ServerRig(Options(isBatch));
        using Socket first = ServerRig.Client();
        using Socket second = ServerRig.Client("::1");
        Bind(first, rig.Endpoint(), party: 1);
        Bind(second, rig.Endpoint(2), party: 2);

        rig.Server.Drain(TimeSpan.FromSeconds(7));

        foreach (Socket leg in (Socket[])[first, second])
        {
            Assert.True(RelayNotice.TryRead(Receive(leg).Bytes, out RelayNotice notice));
            Assert.Equal(RelayEvent.Draining, notice.Event);
            Assert.InRange(notice.Lifetime!.Value.TotalSeconds, 5, 7);
        }

        ServerRig.Send(first, rig.Endpoint(), RelayRig.Frame(99));
        Assert.Equal(99, Receive(second).Bytes.Length);
    }

    private static ServerOptions Options(bool isBatch) => new()
    {
        Addresses = [ServerRig.TwoPorts, ServerRig.LoopbackV6],
        Kind = isBatch ? SocketKind.Linux : SocketKind.Portable,
        Limit = null,
        Relay = new RelayOptions { Limits = default, TotalBytesPerSecond = 0 },
    };

    /// <summary>Takes a seat and binds a leg there; returns the nonce.</summary>
    internal static byte[] Bind(Socket client, TransportAddress server, byte party, byte room = 0xA0)
    {
        byte[] name = JoinBytes.Name(room);
        var join = new JoinBytes { RoomName = name, PartyName = JoinBytes.Name(party), Says = JoinBytes.SealedOf(60, party), DayNumber = Today };
        Assert.True(JoinReply.TryRead(ServerRig.Ask(client, server, join.ToArray()).Bytes, out JoinReply challenge));
        byte[] cookie = challenge.Nonce.ToArray();
        Assert.True(JoinReply.TryRead(ServerRig.Ask(client, server, (join with { Cookie = cookie }).ToArray()).Bytes, out JoinReply joined));
        Assert.Null(joined.Error);
        byte[] bind = new BindBytes { RoomName = name, PartyName = JoinBytes.Name(party), Cookie = cookie }.ToArray();
        ServerRig.Send(client, server, bind);
        Assert.True(BindReply.TryRead(Receive(client).Bytes, out BindReply bound));
        Assert.Null(bound.Error);
        return cookie;
    }

    private static uint Today => new Calendar(DateTimeOffset.UtcNow, Instant.Zero).DayAt(Instant.Zero);

    /// <summary>Passes over what the rendezvous tells of the other party.</summary>
    internal static (byte[] Bytes, TransportAddress From) Receive(Socket client)
    {
        while (true)
        {
            (byte[] bytes, TransportAddress from) = ServerRig.Receive(client);
            if (bytes is not [0x02, 0xD1, ..]) { return (bytes, from); }
        }
    }
}
