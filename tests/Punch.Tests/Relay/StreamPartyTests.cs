using Punch.Protocol.Relay;
using Punch.Serving;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Tests.Rendezvous;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Relay;

/// <summary>Parties on streams, and their peers on UDP at another machine of the same server.</summary>
public sealed class StreamPartyTests
{
    private static readonly TransportAddress Front = TransportAddress.Parse("203.0.113.1:3478");
    private static readonly TransportAddress Udp = TransportAddress.Parse("198.51.100.9:50002");
    private static readonly TransportAddress Tcp = TransportAddress.Parse("192.0.2.7:40001") with { Transport = Transport.Tcp };

    private readonly MemoryRooms _rooms = new(100, 1, 2, hasShares: false);
    private readonly RelayTable _relay = new(new RelayOptions(), 3, 4);
    private readonly ServerMachine _udp;
    private readonly ServerMachine _streams;
    private readonly byte[] _room = new byte[ServerMachine.MaxDatagram];
    private Instant _now = Instant.At(TimeSpan.FromSeconds(1000));

    public StreamPartyTests()
    {
        var options = new ServerMachineOptions { Served = [new ServedEndpoints(Front)], Key0 = 1, Key1 = 2, Limit = null, JoinLimit = null };
        _udp = new ServerMachine(options, _rooms, _relay);
        _streams = _udp.MakeTwin(number: 1);
        _streams.Open(1, Front, Tcp, _now);
    }

    [Fact]
    public void A_party_on_a_stream_and_one_on_UDP_are_introduced_and_nobody_is_told_a_streams_address()
    {
        Send(1, Join(1, Nonce(Tcp)));
        List<Sent> toStream = Receive(Udp, Join(2));

        Assert.Equal([(ServerAction.Send, Udp), (ServerAction.Send, Tcp)], toStream.Select(each => (each.Action, each.To)));
        Assert.True(JoinReply.TryRead(toStream[0].Bytes, out JoinReply reply));
        Assert.Equal((Udp, null, null), (reply.Mapped, reply.Peer.V4, reply.Peer.V6));
        Assert.Equal(JoinBytes.Name(1), reply.Peer.Party.ToArray());
        Assert.True(PeerNotice.TryRead(toStream[1].Bytes, out PeerNotice notice));
        Assert.Equal((Udp, null), (notice.Peer.V4, notice.Peer.V6));
    }

    [Fact]
    public void A_party_that_comes_on_a_stream_is_told_of_and_its_address_is_not()
    {
        Receive(Udp, Join(2, Nonce(Udp)));

        foreach (byte[]? nonce in (byte[]?[])[null, Nonce(Tcp)])
        {
            List<Sent> sent = Send(1, Join(1, nonce));

            Assert.Equal([(ServerAction.Reply, 1, default), (ServerAction.Send, 0, Udp)], sent.Select(each => (each.Action, each.Connection, each.To)));
            Assert.True(JoinReply.TryRead(sent[0].Bytes, out JoinReply reply));
            Assert.Equal((Tcp with { Transport = Transport.Udp }, Udp), (reply.Mapped, reply.Peer.V4));
            Assert.True(PeerNotice.TryRead(sent[1].Bytes, out PeerNotice notice));
            Assert.Equal((null, null), (notice.Peer.V4, notice.Peer.V6));
            Assert.Equal(JoinBytes.Name(1), notice.Peer.Party.ToArray());
        }
    }

    [Fact]
    public void Frames_cross_between_a_stream_and_UDP()
    {
        Pair();
        byte[] frame = RelayRig.Frame(101);

        Sent up = Assert.Single(Send(1, Framed(frame)));
        Assert.Equal((ServerAction.Forward, Udp), (up.Action, up.To));
        Assert.Equal(frame, up.Bytes);

        Sent down = Assert.Single(Receive(Udp, frame));
        Assert.Equal((ServerAction.Forward, Tcp, 0), (down.Action, down.To, down.From.Endpoint));
        Assert.Equal(frame, down.Bytes);
    }

    [Fact]
    public void Frames_cross_however_the_stream_is_cut()
    {
        Pair();
        byte[] frame = RelayRig.Frame(30), request = StunBytes.Request().ToArray();
        byte[] stream = [.. Framed(frame), .. request, .. Framed(frame), .. Framed(frame)];
        for (int cut = 1; cut <= stream.Length; cut++)
        {
            Assert.Equal(
                [ServerAction.Forward, ServerAction.Reply, ServerAction.Forward, ServerAction.Forward],
                stream.Chunk(cut).SelectMany(part => Send(1, part)).Select(each => each.Action));
        }
    }

    [Fact]
    public void The_same_numbers_on_another_transport_are_another_address()
    {
        Pair();
        TransportAddress forged = Tcp with { Transport = Transport.Udp };

        Assert.Empty(Receive(forged, RelayRig.Frame(50)));
        Assert.True(JoinReply.TryRead(Assert.Single(Receive(forged, Join(1, Nonce(Tcp)))).Bytes, out JoinReply reply));
        Assert.Equal(StunErrorCode.StaleNonce, reply.Error);
        Assert.True(BindReply.TryRead(Assert.Single(Receive(forged, Bind(1, Nonce(Tcp)))).Bytes, out BindReply bound));
        Assert.Equal(StunErrorCode.StaleNonce, bound.Error);
        Assert.True(BindReply.TryRead(Assert.Single(Receive(forged, Bind(1, Nonce(forged)))).Bytes, out bound));
        Assert.Equal(StunErrorCode.AllocationMismatch, bound.Error);
        Assert.Equal(Tcp, Assert.Single(Receive(Udp, RelayRig.Frame(50))).To);
    }

    [Fact]
    public void A_seat_keeps_its_connection_for_as_long_as_it_is_refreshed()
    {
        byte[] nonce = Nonce(Tcp);
        for (int i = 0; i < 60; i++)
        {
            Send(1, Join(1, i % 4 == 0 ? nonce = Nonce(Tcp) : nonce));
            Assert.Equal(1, _streams.Statistics.Connections);
            Wait(33);
        }

        Wait(41);
        Assert.Equal(1, _streams.Statistics.Connections);
        Wait(2);

        Assert.Equal((0, 1), (_streams.Statistics.Connections, _streams.Statistics.TimedOut));
    }

    [Fact]
    public void A_leg_keeps_its_connection_by_its_frames()
    {
        Pair();
        for (int i = 0; i < 60; i++)
        {
            Assert.Single(Send(1, Framed(RelayRig.Frame(40))));
            Receive(Udp, RelayRig.Frame(40));
            Wait(15);
        }

        Assert.Equal(1, _streams.Statistics.Connections);
    }

    [Fact]
    public void A_connection_that_ends_gives_up_nothing_and_its_seat_moves_to_the_next_one()
    {
        Send(1, Join(1, Nonce(Tcp), wantsTicket: true), out byte[] ticket);
        _streams.Closed(1);
        Assert.Equal(1, _rooms.Counts.Rooms);

        TransportAddress next = Tcp with { Port = 40_002 };
        _streams.Open(2, Front, next, _now);
        Sent reply = Send(2, new JoinBytes { PartyName = JoinBytes.Name(1), Cookie = Nonce(next), TicketValue = ticket }.ToArray())[0];

        Assert.True(JoinReply.TryRead(reply.Bytes, out JoinReply joined));
        Assert.Equal(MemoryRooms.Lifetime, joined.Lifetime);
        Assert.Equal(next, Receive(Udp, Join(2))[1].To);
    }

    [Theory]
    [InlineData("40010004")] // another channel
    [InlineData("4001")]
    [InlineData("40001001")] // longer than any datagram
    [InlineData("474554202f")]
    public void What_is_no_frame_ends_the_connection(string hex)
    {
        Sent sent = Assert.Single(Send(1, Convert.FromHexString(hex)));

        Assert.Equal((ServerAction.Close, 1L), (sent.Action, sent.Connection));
    }

    [Fact]
    public void The_longest_datagram_fits_and_an_unbound_one_keeps_no_connection()
    {
        Pair();
        byte[] frame = RelayRig.Frame(ServerMachine.MaxDatagram);
        _streams.Open(2, Front, Tcp with { Port = 9 }, _now);

        Assert.Equal(frame, Assert.Single(Send(1, Framed(frame))).Bytes);
        Assert.Empty(Send(2, Framed(frame)));

        Wait(ServerMachineOptions.UsualIdleTimeout.TotalSeconds);
        Assert.Equal((1, 1), (_streams.Statistics.Connections, _streams.Statistics.TimedOut));
    }

    [Fact]
    public void A_frame_costs_no_allocation()
    {
        Pair();
        byte[] up = Framed(RelayRig.Frame(1000)), down = RelayRig.Frame(1000);

        Assert.Equal(0, Allocation.Fewest(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                _now += TimeSpan.FromMilliseconds(10);
                _streams.ReceiveStream(1, up, _now);
                while (_streams.TryCommand(_room, out _)) { }

                _udp.Receive(new Datagram(Udp, Front, down), _now);
                while (_udp.TryCommand(_room, out _)) { }
            }
        }));
    }

    [Fact]
    public void Hostile_streams_never_send_to_an_address_that_did_not_bind()
    {
        Pair();
        byte[] bytes = new byte[StunMutator.BufferLength];
        byte[] nonce = Nonce(Tcp);
        for (ulong seed = 0; seed < 30_000; seed++)
        {
            int length = seed % 2 == 0 ? StunMutator.Make(seed, bytes) : JoinMutator.Make(seed, nonce, bytes);
            TransportAddress client = Tcp with { Port = (ushort)(1 + (seed % 50)) };
            _streams.Open(2, Front, client, _now);
            foreach (Sent sent in Send(2, bytes[..length]).Concat(Send(2, Framed(bytes[..Math.Min(length, ServerMachine.MaxDatagram)]))))
            {
                Assert.True(sent.Action is ServerAction.Reply or ServerAction.Close ? sent.Connection == 2 : sent.To == Tcp || sent.To == Udp);
            }

            _streams.Closed(2);
            while (_streams.TryCommand(_room, out _)) { }

            while (_streams.TryEvent(out _)) { }
        }
    }

    private void Pair()
    {
        Send(1, Join(1, Nonce(Tcp)));
        Receive(Udp, Join(2, Nonce(Udp)));
        Assert.True(BindReply.TryRead(Assert.Single(Send(1, Bind(1, Nonce(Tcp)))).Bytes, out BindReply first));
        Assert.True(BindReply.TryRead(Assert.Single(Receive(Udp, Bind(2, Nonce(Udp)))).Bytes, out BindReply second));
        Assert.Equal((RelayTable.WaitingLifetime, RelayTable.PairedLifetime), (first.Lifetime, second.Lifetime));
    }

    private static byte[] Framed(byte[] datagram)
    {
        byte[] frame = new byte[datagram.Length + 8];
        return frame[..StreamFraming.Write(datagram, StreamFraming.OwnChannel, frame)];
    }

    private static byte[] Join(byte party, byte[]? nonce = null, bool wantsTicket = false) =>
        new JoinBytes { PartyName = JoinBytes.Name(party), Cookie = nonce, TicketValue = wantsTicket ? [] : null }.ToArray();

    private static byte[] Bind(byte party, byte[] nonce) => new BindBytes { PartyName = JoinBytes.Name(party), Cookie = nonce }.ToArray();

    /// <summary>What the server gives this address; on a stream it is asked for there.</summary>
    private byte[] Nonce(TransportAddress client)
    {
        byte[] cold = new JoinBytes { RoomName = JoinBytes.Name(0xEE), PartyName = JoinBytes.Name(0xEF) }.ToArray();
        List<Sent> sent = client.IsStream ? Send(client.Port == Tcp.Port ? 1 : 2, cold) : Receive(client, cold);
        Assert.True(JoinReply.TryRead(Assert.Single(sent).Bytes, out JoinReply reply));
        return reply.Nonce.ToArray();
    }

    private List<Sent> Receive(TransportAddress from, byte[] datagram)
    {
        _udp.Receive(new Datagram(from, Front, datagram), _now);
        return Drain(_udp);
    }

    private List<Sent> Send(long connection, byte[] bytes)
    {
        _streams.ReceiveStream(connection, bytes, _now);
        return Drain(_streams);
    }

    private void Send(long connection, byte[] join, out byte[] ticket)
    {
        Assert.True(JoinReply.TryRead(Assert.Single(Send(connection, join)).Bytes, out JoinReply reply));
        ticket = reply.Ticket.ToArray();
    }

    private void Wait(double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        while (_streams.NextTimeout <= _now)
        {
            _streams.Timeout(_now);
            Drain(_streams);
        }
    }

    private List<Sent> Drain(ServerMachine machine)
    {
        List<Sent> sent = [];
        while (machine.TryCommand(_room, out ServerCommand command))
        {
            sent.Add(new Sent(command.Action, command.Connection, command.From, command.To, _room[..command.Length]));
        }

        return sent;
    }

    private sealed record Sent(ServerAction Action, long Connection, Arrival From, TransportAddress To, byte[] Bytes);
}
