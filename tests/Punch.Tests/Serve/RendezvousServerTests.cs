using System.Net.Sockets;
using Punch.Net;
using Punch.Server;
using Punch.Serving.Counting;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;
using Punch.Tests.Rendezvous;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>The rendezvous of the whole server over loopback, on each kind of socket.</summary>
public sealed class RendezvousServerTests
{
    public static TheoryData<bool> Kinds => OperatingSystem.IsLinux() ? [true, false] : [false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Two_parties_meet_through_one_port(bool isBatch)
    {
        using var rig = new ServerRig(ServerRig.Loopback, Kind(isBatch));
        using Socket first = ServerRig.Client();
        using Socket second = ServerRig.Client();

        JoinReply waiting = Join(first, rig.Endpoint(), party: 1);
        Assert.Equal((ServerRig.LocalOf(first), TimeSpan.FromSeconds(60)), (waiting.Mapped, waiting.Lifetime));
        JoinReply cold = Ask(second, rig.Endpoint(), JoinOf(2));

        Assert.Equal(ServerRig.LocalOf(first), cold.Peer.V4);
        Assert.Equal(JoinBytes.SealedOf(180, 1), cold.Peer.Sealed);
        Assert.Equal(ServerRig.LocalOf(second), ReceiveNotice(first, rig.Endpoint()).Peer.V4);
        JoinReply kept = Ask(second, rig.Endpoint(), JoinOf(2) with { Cookie = cold.Nonce.ToArray() });
        Assert.Equal((TimeSpan.FromSeconds(60), ServerRig.LocalOf(first)), (kept.Lifetime, kept.Peer.V4));
        Assert.Equal(JoinBytes.SealedOf(180, 2), ReceiveNotice(first, rig.Endpoint()).Peer.Sealed);
        RendezvousStatistics statistics = rig.Statistics.Rendezvous;
        Assert.Equal((1, 0), (statistics.Rooms, statistics.Waiting));
        Assert.Equal((2, 1, 1, 2), (statistics.Joined, statistics.Introduced, statistics.Challenged, statistics.Notices));
        RequestCounts udp = rig.Statistics.Udp;
        Assert.Equal((4, 3, 1), (udp.Received, udp.Answered, udp.Refused));
        Assert.True(udp.SentBytes <= udp.ReceivedBytes);
    }

    /// <summary>
    /// One party over IPv4, the other over IPv6 and on another port of the server. The notice to each leaves from where its join came to.
    /// </summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_notice_leaves_from_the_socket_that_received_the_join(bool isBatch)
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.TwoPorts, ServerRig.LoopbackV6], Kind = Kind(isBatch), Limit = null });
        using Socket first = ServerRig.Client();
        using Socket firstV6 = ServerRig.Client("::1");
        using Socket second = ServerRig.Client("::1");
        TransportAddress alternate = rig.Endpoint(1), v6 = rig.Endpoint(2);

        byte[] ticket = Join(first, alternate, party: 1, ticket: []).Ticket.ToArray();
        Join(firstV6, v6, party: 1, ticket);
        JoinReply answer = Ask(second, v6, JoinOf(2));

        Assert.Equal((ServerRig.LocalOf(first), ServerRig.LocalOf(firstV6)), (answer.Peer.V4, answer.Peer.V6));
        Assert.Equal(ServerRig.LocalOf(second), ReceiveNotice(first, alternate).Peer.V6);
        Assert.Equal(ServerRig.LocalOf(second), ReceiveNotice(firstV6, v6).Peer.V6);
        Assert.Equal(2, rig.Statistics.Rendezvous.Notices);
    }

    [Theory]
    [InlineData(true, "0.0.0.0", "127.0.0.5", "127.0.0.6")]
    [InlineData(true, "::", "::1", "::1")]
    [InlineData(false, "0.0.0.0", "127.0.0.1", "127.0.0.1")]
    [InlineData(false, "::", "::1", "::1")]
    public void On_a_wildcard_a_notice_leaves_from_the_address_that_received_the_join(bool isBatch, string wildcard, string asked, string other)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || !isBatch, "needs Linux");
        using var rig = new ServerRig(new ServedAddress(HostAddress.Parse(wildcard), 0), Kind(isBatch));
        using Socket first = ServerRig.Client(asked);
        using Socket second = ServerRig.Client(other);
        ushort port = rig.Endpoint().Port;

        Join(first, new TransportAddress(HostAddress.Parse(asked), port), party: 1);
        Ask(second, new TransportAddress(HostAddress.Parse(other), port), JoinOf(2));

        ReceiveNotice(first, new TransportAddress(HostAddress.Parse(asked), port));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_server_without_rooms_takes_no_joins_and_answers_Binding(bool isBatch)
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback], Kind = Kind(isBatch), MaxRooms = 0 });
        using Socket client = ServerRig.Client();

        ServerRig.Send(client, rig.Endpoint(), JoinOf(1).ToArray());
        (byte[] answer, _) = ServerRig.Ask(client, rig.Endpoint(), ServerRig.Request());

        Assert.Equal(ServerRig.LocalOf(client), ServerRig.MappedIn(answer));
        Assert.Equal(1, rig.Statistics.Udp.Ignored);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Proven_joins_have_a_limit_of_their_own_for_each_address(bool isBatch)
    {
        using var rig = new ServerRig(ServerRig.Loopback, Kind(isBatch), RateLimit.Stun);
        using Socket client = ServerRig.Client();
        int sent = 2 * RateLimit.Join.Burst;
        Assert.True(JoinReply.TryRead(ServerRig.Ask(client, rig.Endpoint(), JoinOf(1).ToArray()).Bytes, out JoinReply challenge));
        byte[] join = (JoinOf(1) with { Cookie = challenge.Nonce.ToArray() }).ToArray();

        for (int i = 0; i < sent; i++) { ServerRig.Send(client, rig.Endpoint(), join); }

        // When a request after the burst is answered, the whole burst has been decided.
        ServerRig.Send(client, rig.Endpoint(), ServerRig.Request(7));
        int answers = 0;
        while (ServerRig.Receive(client).Bytes is [0x03, 0xC0, ..]) { answers++; }

        RendezvousStatistics statistics = rig.Statistics.Rendezvous;
        Assert.Equal(answers, statistics.Joined);
        Assert.Equal(sent, statistics.Joined + statistics.Limited);
        Assert.InRange(statistics.Joined, RateLimit.Join.Burst, sent - 1);
    }

    [Fact]
    public void A_server_that_was_killed_and_started_again_asks_for_a_new_nonce_and_makes_the_room_again()
    {
        using Socket client = ServerRig.Client();
        TransportAddress endpoint;
        byte[] cookie;
        using (var rig = new ServerRig(ServerRig.Loopback, SocketKind.Portable))
        {
            endpoint = rig.Endpoint();
            cookie = Ask(client, endpoint, JoinOf(1)).Nonce.ToArray();
            Assert.Null(Ask(client, endpoint, JoinOf(1) with { Cookie = cookie }).Error);
        }

        using var again = new ServerRig(new ServedAddress(endpoint.Host, endpoint.Port), SocketKind.Portable);
        JoinReply stale = Ask(client, endpoint, JoinOf(1) with { Cookie = cookie });

        Assert.Equal(StunErrorCode.StaleNonce, stale.Error);
        Assert.Equal(TimeSpan.FromSeconds(60), Ask(client, endpoint, JoinOf(1) with { Cookie = stale.Nonce.ToArray() }).Lifetime);
        Assert.Equal(1, again.Statistics.Rendezvous.Waiting);
    }

    /// <summary>
    /// Mutations of joins and of all other messages, sent to the whole server. Each reply has no more bytes than its request.
    /// </summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_input_harms_the_server_or_gets_more_bytes_than_it_has(bool isBatch)
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback], Kind = Kind(isBatch), Limit = null });
        using Socket waiting = ServerRig.Client();
        using Socket client = ServerRig.Client();
        byte[] cookie = Ask(client, rig.Endpoint(), JoinOf(2)).Nonce.ToArray();
        Join(waiting, rig.Endpoint(), party: 1);
        byte[] buffer = new byte[4096];

        for (ulong seed = 0; seed < 2_000; seed++)
        {
            int length = JoinMutator.Make(seed, cookie, buffer);
            ServerRig.Send(client, rig.Endpoint(), buffer[..length]);
            if (seed % 20 != 19) { continue; }

            // In step with the server, so that nothing is lost in its queue.
            uint number = 0xFFFF_0000 + (uint)(seed % 0xFFFF);
            ServerRig.Send(client, rig.Endpoint(), ServerRig.Request(number));
            byte[] answer;
            do { answer = ServerRig.Receive(client).Bytes; }
            while (answer.Length != 32 || ServerRig.NumberOf(answer) != number);
        }

        RequestCounts udp = rig.Statistics.Udp;
        Assert.True(udp.SentBytes <= udp.ReceivedBytes, $"{udp.SentBytes} bytes for {udp.ReceivedBytes}");
        Assert.True(rig.Statistics.Rendezvous.Challenged > 0 && rig.Statistics.Rendezvous.Malformed > 0 && udp.Ignored > 0);
        Assert.Null(Ask(client, rig.Endpoint(), new JoinBytes { RoomName = JoinBytes.Name(0x99), Cookie = cookie, DayNumber = Today }).Error);
    }

    private static SocketKind Kind(bool isBatch) => isBatch ? SocketKind.Linux : SocketKind.Portable;

    private static uint Today => new Calendar(DateTimeOffset.UtcNow, Instant.Zero).DayAt(Instant.Zero);

    private static JoinBytes JoinOf(byte party) => new() { PartyName = JoinBytes.Name(party), Says = JoinBytes.SealedOf(180, party), DayNumber = Today };

    private static JoinReply Join(Socket client, TransportAddress server, byte party, byte[]? ticket = null)
    {
        JoinReply challenge = Ask(client, server, JoinOf(party));
        return Ask(client, server, JoinOf(party) with { Cookie = challenge.Nonce.ToArray(), TicketValue = ticket });
    }

    /// <summary>The reply to a join. Notices that arrive meanwhile are skipped.</summary>
    private static JoinReply Ask(Socket client, TransportAddress server, JoinBytes join)
    {
        ServerRig.Send(client, server, join.ToArray());
        while (true)
        {
            (byte[] bytes, TransportAddress from) = ServerRig.Receive(client);
            Assert.Equal(server, from);
            if (JoinReply.TryRead(bytes, out JoinReply answer)) { return answer; }
        }
    }

    private static PeerNotice ReceiveNotice(Socket client, TransportAddress server)
    {
        (byte[] bytes, TransportAddress from) = ServerRig.Receive(client);
        Assert.Equal(server, from);
        Assert.True(PeerNotice.TryRead(bytes, out PeerNotice notice));
        return notice;
    }
}
