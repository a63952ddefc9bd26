using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;
using Punch.Tests.Rendezvous;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serving;

/// <summary>The machine rules, and the effect of each input of the machine.</summary>
public sealed class ServerMachineTests
{
    private static readonly TransportAddress Endpoint = TransportAddress.Parse("203.0.113.1:3478");
    private static readonly TransportAddress Wildcard = TransportAddress.Parse("0.0.0.0:3478");
    private static readonly TransportAddress Client = TransportAddress.Parse("192.0.2.7:40001");
    private static readonly TransportAddress Peer = TransportAddress.Parse("198.51.100.9:50002");
    private static readonly Instant Start = Instant.At(TimeSpan.FromSeconds(100));

    private readonly byte[] _buffer = new byte[65_535];

    [Fact]
    public void A_datagram_gets_its_reply_from_the_address_that_was_asked()
    {
        ServerMachine server = Make(Wildcard);
        var asked = TransportAddress.Parse("203.0.113.77:3478");

        server.Receive(new Datagram(Client, asked, StunBytes.Request().ToArray()), Start);

        Assert.True(server.TryCommand(_buffer, out ServerCommand command));
        Assert.Equal((ServerAction.Send, new Arrival(0, asked.Host), Client, 32), (command.Action, command.From, command.To, command.Length));
        Assert.False(server.TryCommand(_buffer, out _));
        Assert.Equal((1, 32), (server.Statistics.Udp.Answered, server.Statistics.Udp.SentBytes));
    }

    [Theory]
    [InlineData("203.0.113.2:3478")] // not served
    [InlineData("203.0.113.1:3479")]
    [InlineData("[2001:db8::1]:3478")]
    public void What_comes_to_an_address_that_is_not_served_is_ignored(string to)
    {
        ServerMachine server = Make(Endpoint);

        server.Receive(new Datagram(Client, TransportAddress.Parse(to), StunBytes.Request().ToArray()), Start);

        Assert.False(server.TryCommand(_buffer, out _));
        Assert.Equal(1, server.Statistics.Udp.Ignored);
    }

    [Fact]
    public void A_join_that_brings_two_together_is_a_reply_and_a_notice()
    {
        ServerMachine server = Make(Endpoint);
        Wait(server, Client, party: 1);

        server.Receive(new Datagram(Peer, Endpoint, Join(2)), Start);

        Assert.Equal([Peer, Client], Drain(server).Select(sent => sent.Command.To));
        Assert.Equal(1, server.Statistics.Rendezvous.Notices);
    }

    [Fact]
    public void A_directory_may_answer_later()
    {
        var directory = new SlowDirectory();
        ServerMachine server = Make(directory, Endpoint);
        byte[] join = Join(1);

        server.Receive(new Datagram(Client, Endpoint, join), Start);
        server.Receive(new Datagram(Peer, Endpoint, Join(2)), Start);
        Assert.Empty(Drain(server));
        Assert.Equal(0, server.Statistics.Udp.Received);
        var reply = new RoomReply { Outcome = RendezvousOutcome.Challenged };
        server.Complete(directory.Tickets[0], reply, Start);

        (ServerCommand command, byte[] bytes) = Assert.Single(Drain(server));
        Assert.Equal((Client, new Arrival(0, Endpoint.Host)), (command.To, command.From));
        Assert.True(JoinReply.TryRead(bytes, out JoinReply answer));
        Assert.Equal((StunErrorCode.StaleNonce, TransactionId.FromBytes(join.AsSpan(8, 12))), (answer.Error, answer.TransactionId));
        Assert.Equal((1, 1), (server.Statistics.Udp.Received, server.Statistics.Rendezvous.Challenged));
    }

    [Fact]
    public void A_later_answer_of_the_directory_can_cause_a_notice()
    {
        var directory = new SlowDirectory();
        ServerMachine server = Make(directory, Endpoint);
        server.Receive(new Datagram(Client, Endpoint, Join(1)), Start);
        var reply = new RoomReply { Outcome = RendezvousOutcome.Introduced };
        reply.Peer.Set(new PeerEntry { Party = JoinBytes.Name(2), Sealed = JoinBytes.SealedOf(60), V4 = Peer });
        reply.Self.Set(new PeerEntry { Party = JoinBytes.Name(1), Sealed = JoinBytes.SealedOf(70), V4 = Client });
        reply.AddTarget(new NoticeTarget(Peer, new Arrival(0, HostAddress.Parse("203.0.113.9"))));

        server.Complete(directory.Tickets[0], reply, Start);

        List<(ServerCommand Command, byte[] Bytes)> sent = Drain(server);
        Assert.Equal([(Client, "203.0.113.1"), (Peer, "203.0.113.9")], sent.Select(each => (each.Command.To, each.Command.From.Local.ToString())));
        Assert.True(JoinReply.TryRead(sent[0].Bytes, out JoinReply answer));
        Assert.Equal(Peer, answer.Peer.V4);
        Assert.True(PeerNotice.TryRead(sent[1].Bytes, out PeerNotice notice));
        Assert.Equal(Client, notice.Peer.V4);
    }

    [Fact]
    public void Twins_take_each_others_nonce_and_name_their_notices_differently()
    {
        ServerMachine one = Make(Endpoint), other = one.MakeTwin(number: 1);
        byte[] nonce = NonceOf(one, Client);

        other.Receive(new Datagram(Client, Endpoint, Join(1, nonce)), Start);

        Assert.True(JoinReply.TryRead(Drain(other)[0].Bytes, out JoinReply answer));
        Assert.Equal(MemoryRooms.Lifetime, answer.Lifetime);
        Assert.NotEqual(NoticeOf(one), NoticeOf(other));
    }

    [Fact]
    public void Twins_share_the_limits_of_a_network_and_count_for_themselves()
    {
        var limit = new RateLimit(PerSecond: 1, Burst: 4);
        var one = new ServerMachine(Options(Endpoint) with { Limit = limit, JoinLimit = limit }, new MemoryRooms(10, 1, 2));
        ServerMachine other = one.MakeTwin(number: 1);

        for (int i = 0; i < 4; i++)
        {
            foreach (ServerMachine each in (ServerMachine[])[one, other])
            {
                each.Receive(new Datagram(Client, Endpoint, StunBytes.Request().ToArray()), Start);
                each.Receive(new Datagram(Client, Endpoint, Join(1)), Start);
                Drain(each);
            }
        }

        // Above its limit a network may still be challenged, but not answered.
        Assert.Equal((2, 2), (one.Statistics.Udp.Answered, other.Statistics.Udp.Answered));
        Assert.Equal((4, 4), (one.Statistics.Rendezvous.Challenged, other.Statistics.Rendezvous.Challenged));
    }

    [Fact]
    public void Reading_the_statistics_changes_nothing_and_rooms_end_on_time()
    {
        var rooms = new MemoryRooms(10, 1, 2);
        ServerMachine server = Make(rooms, Endpoint);
        Wait(server, Client, party: 1);

        Assert.Equal(Start + MemoryRooms.Lifetime, server.NextTimeout);
        _ = server.Statistics;
        Assert.Equal(1, rooms.Counts.Rooms);
        server.Timeout(server.NextTimeout!.Value);

        Assert.Equal((0, null), (rooms.Counts.Rooms, server.NextTimeout));
    }

    [Fact]
    public void A_stream_is_answered_however_it_is_cut_and_ends_at_nonsense_behind_the_replies()
    {
        byte[] stream = [.. StunBytes.Request().ToArray(), .. StunBytes.Request().ToArray(), .. "GET /"u8];
        for (int cut = 1; cut <= stream.Length; cut++)
        {
            ServerMachine server = Make(Endpoint);
            server.Open(7, Endpoint, Client, Start);
            foreach (byte[] part in stream.Chunk(cut)) { server.ReceiveStream(7, part, Start); }

            Assert.Equal(
                [(ServerAction.Reply, 7, 32), (ServerAction.Reply, 7, 32), (ServerAction.Close, 7, 0)],
                Drain(server).Select(each => (each.Command.Action, each.Command.Connection, each.Command.Length)));
            Assert.Equal([ConnectionChange.Opened, ConnectionChange.Closed], Events(server).Select(e => e.Change));
            Assert.Equal((2, 0, 1), (server.Statistics.Tcp.Answered, server.Statistics.Connections, server.Statistics.Accepted));
        }
    }

    [Fact]
    public void A_connection_ends_when_nothing_is_answered_for_its_idle_time()
    {
        ServerMachine server = Make(Endpoint);
        server.Open(1, Endpoint, Client, Start);
        server.Open(2, Endpoint, Client, Start);
        Instant later = Start + TimeSpan.FromSeconds(4);
        server.ReceiveStream(1, StunBytes.Request().ToArray(), later);
        server.ReceiveStream(2, new StunBytes(0x0011).ToArray(), later); // an indication, which gets no reply
        Drain(server);

        Assert.Equal(Start + ServerMachineOptions.UsualIdleTimeout, server.NextTimeout);
        server.Timeout(server.NextTimeout!.Value);

        (ServerCommand command, _) = Assert.Single(Drain(server));
        Assert.Equal((ServerAction.Close, 2), (command.Action, command.Connection));
        Assert.Equal(later + ServerMachineOptions.UsualIdleTimeout, server.NextTimeout);
        Assert.Equal((1, 1), (server.Statistics.Connections, server.Statistics.TimedOut));
        server.ReceiveStream(2, StunBytes.Request().ToArray(), later);
        server.Closed(2);
        Assert.Empty(Drain(server));
        server.Closed(1);
        Assert.Null(server.NextTimeout);
    }

    [Fact]
    public void A_connection_ends_after_ten_minutes_however_much_it_asks()
    {
        ServerMachine server = Make(Endpoint);
        server.Open(1, Endpoint, Client, Start);
        Instant now = Start;
        for (; now < Start + TimeSpan.FromMinutes(10); now += TimeSpan.FromSeconds(5))
        {
            server.Timeout(now);
            server.ReceiveStream(1, StunBytes.Request().ToArray(), now);
            Assert.Equal(ServerAction.Reply, Assert.Single(Drain(server)).Command.Action);
        }

        Assert.Equal(now, server.NextTimeout);
        server.Timeout(now);

        Assert.Equal(ServerAction.Close, Assert.Single(Drain(server)).Command.Action);
        Assert.Equal((0, 1, null), (server.Statistics.Connections, server.Statistics.TimedOut, server.NextTimeout));
    }

    [Fact]
    public void A_connection_over_the_limit_or_to_no_endpoint_is_to_be_closed()
    {
        var server = new ServerMachine(Options(Endpoint) with { Connections = new ConnectionLimits(Total: 2, PerNetwork: 2) });

        for (int i = 1; i <= 3; i++) { server.Open(i, Endpoint, Client, Start); }

        server.Open(4, Endpoint with { Port = 1 }, Peer, Start);

        Assert.Equal([(ServerAction.Close, 3), (ServerAction.Close, 4)], Drain(server).Select(each => (each.Command.Action, each.Command.Connection)));
        Assert.Equal((2, 1), (server.Statistics.Connections, server.Statistics.TurnedAway));
    }

    [Fact]
    public void Requests_are_events_where_that_is_wanted()
    {
        var server = new ServerMachine(Options(Endpoint) with { ReportsRequests = true }, new MemoryRooms(10, 1, 2));

        server.Receive(new Datagram(Client, Endpoint, StunBytes.Request().ToArray()), Start);
        server.Receive(new Datagram(Client, Endpoint, Join(1)), Start);
        server.Receive(new Datagram(Client, Endpoint, "noise"u8), Start);

        Assert.Equal([RequestOutcome.Answered, RequestOutcome.Refused, RequestOutcome.Ignored], Events(server).Select(e => e.Outcome));
    }

    /// <summary>Silence and progress, over datagrams and streams of mutated messages.</summary>
    [Fact]
    public void No_bytes_make_it_throw_and_time_always_goes_on()
    {
        ServerMachine server = Make(new MemoryRooms(4, 1, 2), Endpoint);
        byte[] nonce = NonceOf(server, Client);
        byte[] bytes = new byte[StunMutator.BufferLength];
        Instant now = Start;
        for (ulong seed = 0; seed < 20_000; seed++)
        {
            int length = seed % 2 == 0 ? StunMutator.Make(seed, bytes) : JoinMutator.Make(seed, nonce, bytes);
            long connection = (long)(seed % 5);
            server.Open(connection, Endpoint, Client, now);
            server.ReceiveStream(connection, bytes.AsSpan(0, length), now);
            server.Receive(new Datagram(seed % 3 == 0 ? Peer : Client, Endpoint, bytes.AsSpan(0, length)), now);
            Drain(server);
            Events(server);
            now += TimeSpan.FromMilliseconds((long)(seed % 7) * 1000);
            server.Timeout(now);
            Drain(server);
            Assert.True(server.NextTimeout is null || server.NextTimeout > now, $"progress, seed {seed}");
        }

        Assert.True(server.Statistics.Tcp.Answered > 0 && server.Statistics.Udp.Answered > 0 && server.Statistics.TimedOut > 0);
    }

    [Fact]
    public void The_same_calls_give_the_same_bytes() => Assert.Equal(Run(), Run());

    [Fact]
    public void A_datagram_costs_no_allocation()
    {
        ServerMachine server = Make(new MemoryRooms(10, 1, 2), Endpoint);
        byte[] nonce = NonceOf(server, Client);
        byte[] binding = StunBytes.Request().ToArray(), first = Join(1, nonce), second = Join(2);

        Assert.Equal(0, Allocation.Fewest(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                server.Receive(new Datagram(Client, Endpoint, binding), Start);
                server.Receive(new Datagram(Client, Endpoint, first), Start);
                server.Receive(new Datagram(Peer, Endpoint, second), Start);
                while (server.TryCommand(_buffer, out _)) { }
            }
        }));
    }

    private string Run()
    {
        ServerMachine server = Make(new MemoryRooms(4, 1, 2), Endpoint);
        byte[] nonce = NonceOf(server, Client);
        byte[] bytes = new byte[StunMutator.BufferLength];
        var output = new System.Text.StringBuilder();
        for (ulong seed = 0; seed < 2_000; seed++)
        {
            int length = seed % 2 == 0 ? StunMutator.Make(seed, bytes) : JoinMutator.Make(seed, nonce, bytes);
            server.Receive(new Datagram(seed % 3 == 0 ? Peer : Client, Endpoint, bytes.AsSpan(0, length)), Start);
            foreach ((ServerCommand command, byte[] sent) in Drain(server)) { output.Append($"{command} {Convert.ToHexString(sent)}\n"); }
        }

        return output.ToString();
    }

    private static ServerMachine Make(TransportAddress endpoint) => Make(new MemoryRooms(10, 1, 2), endpoint);

    private static ServerMachine Make(IRoomDirectory rooms, TransportAddress endpoint) => new(Options(endpoint), rooms);

    private static ServerMachineOptions Options(TransportAddress endpoint) =>
        new() { Served = [new(endpoint)], Key0 = 1, Key1 = 2, Limit = null, JoinLimit = null };

    private static byte[] Join(byte party, byte[]? nonce = null)
    {
        JoinBytes join = new() { PartyName = JoinBytes.Name(party), Says = JoinBytes.SealedOf(180, party) };
        return (nonce is null ? join : join with { Cookie = nonce }).ToArray();
    }

    private byte[] NonceOf(ServerMachine server, TransportAddress client)
    {
        server.Receive(new Datagram(client, Endpoint, new JoinBytes { RoomName = JoinBytes.Name(0xEE) }.ToArray()), Start);
        Assert.True(JoinReply.TryRead(Drain(server)[0].Bytes, out JoinReply answer));
        return answer.Nonce.ToArray();
    }

    private void Wait(ServerMachine server, TransportAddress client, byte party)
    {
        server.Receive(new Datagram(client, Endpoint, Join(party, NonceOf(server, client))), Start);
        Drain(server);
    }

    private TransactionId NoticeOf(ServerMachine server)
    {
        server.Receive(new Datagram(Peer, Endpoint, Join(2)), Start);
        Assert.True(PeerNotice.TryRead(Drain(server)[1].Bytes, out PeerNotice notice));
        return notice.TransactionId;
    }

    private List<(ServerCommand Command, byte[] Bytes)> Drain(ServerMachine server)
    {
        List<(ServerCommand, byte[])> commands = [];
        while (server.TryCommand(_buffer, out ServerCommand command)) { commands.Add((command, _buffer[..command.Length])); }

        return commands;
    }

    private static List<ServerEvent> Events(ServerMachine server)
    {
        List<ServerEvent> events = [];
        while (server.TryEvent(out ServerEvent e)) { events.Add(e); }

        return events;
    }

    /// <summary>A remote directory.</summary>
    private sealed class SlowDirectory : IRoomDirectory
    {
        public List<JoinTicket> Tickets { get; } = [];

        public RoomCounts Counts => default;

        public Instant? NextTimeout => null;

        public bool Begin(in JoinRequest join, in JoinTicket ticket, Instant now, RoomReply reply)
        {
            Tickets.Add(ticket);
            return false;
        }

        public SeatPlace SeatOf(ReadOnlySpan<byte> room, ReadOnlySpan<byte> party, in TransportAddress client, Instant now) => SeatPlace.None;

        public void Timeout(Instant now)
        {
        }
    }
}
