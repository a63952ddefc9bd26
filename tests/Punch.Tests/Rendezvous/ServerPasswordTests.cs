using System.Security.Cryptography;
using System.Text;
using Punch.Protocol.Relay;
using Punch.Serving;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Rendezvous;

/// <summary>A server whose rooms and relay are for those who know its password.</summary>
public sealed class ServerPasswordTests
{
    private static readonly TransportAddress Front = TransportAddress.Parse("203.0.113.1:3478");
    private static readonly TransportAddress Client = TransportAddress.Parse("192.0.2.7:40001");
    private static readonly TransportAddress Other = TransportAddress.Parse("198.51.100.9:50002");

    private static readonly ServerPassword Right = Derive("correct horse"), Wrong = Derive("correct horsf");

    private readonly MemoryRooms _rooms = new(100, 1, 2, hasShares: false);
    private readonly ServerMachine _machine;
    private readonly byte[] _room = new byte[ServerMachine.MaxDatagram];
    private Instant _now = Instant.At(TimeSpan.FromSeconds(1000));

    public ServerPasswordTests() => _machine = new ServerMachine(
        new ServerMachineOptions { Served = [new ServedEndpoints(Front)], Key0 = 1, Key1 = 2, Limit = null, JoinLimit = null, Password = Right },
        _rooms,
        new RelayTable(new RelayOptions(), 3, 4));

    /// <summary>The key is from Python's hashlib.pbkdf2_hmac, and the hash is made by hand.</summary>
    [Theory]
    [InlineData(false, JoinRequest.Length)]
    [InlineData(true, JoinRequest.SmallLength)]
    public void A_join_is_proven_by_an_HMAC_over_all_that_stands_before(bool isSmall, int length)
    {
        byte[] key = Convert.FromHexString("9f493b0bcef0e4fe5dcb522f72518d5cc3817d65eee3384a6bacb75d7e29b214");

        byte[] join = Join(Right, new byte[20], isSmall: isSmall);

        // ... type(2) length(2) hash(32), then the fingerprint(8)
        int at = join.Length - 44;
        byte[] covered = join[..at];
        (covered[2], covered[3]) = ((byte)((length - 28) >> 8), (byte)((length - 28) & 0xFF));
        Assert.Equal(length, join.Length);
        Assert.Equal([0x00, 0x1C, 0x00, 0x20, .. HMACSHA256.HashData(key, covered)], join[at..^8]);
        Assert.True(Right.IsKnownTo(join));
        Assert.False(Wrong.IsKnownTo(join));
        Assert.False(Right.IsKnownTo(Join(null, new byte[20])));
    }

    [Fact]
    public void Any_changed_bit_is_noticed()
    {
        byte[] bind = Bind(Right, new byte[20], leaves: false);
        Assert.True(Right.IsKnownTo(bind));
        for (int bit = 0; bit < 8 * (bind.Length - 8); bit++)
        {
            bind[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Right.IsKnownTo(bind), $"bit {bit}");
            bind[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void The_longest_requests_have_room_for_it()
    {
        var join = new JoinRequest
        {
            Room = JoinBytes.Name(1),
            Party = JoinBytes.Name(2),
            Sealed = new byte[448],
            Nonce = new byte[20],
            Ticket = new byte[16],
            Day = 1,
            AnswersChecks = true,
            IsSeeking = true,
            TellsFirst = true,
            IsSmall = true,
            Password = Right,
        };

        Assert.True(join.TryWrite(_room));
        Assert.Equal(BindRequest.Length, Bind(Right, new byte[20], leaves: true).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    public void What_is_no_password_is_none(string text) => Assert.False(ServerPassword.TryDerive(text, out _));

    [Fact]
    public void It_shows_nothing_of_itself()
    {
        Assert.Equal("(a password)", Right.ToString());
        Assert.True(ServerPassword.TryDerive(new string('x', ServerPassword.MaxLength), out _));
        Assert.False(ServerPassword.TryDerive(new string('x', ServerPassword.MaxLength + 1), out _));
    }

    [Fact]
    public void Who_knows_it_takes_a_seat_and_a_leg()
    {
        byte[] nonce = Nonce(Client);

        Assert.Equal(MemoryRooms.Lifetime, Joined(Client, Join(Right, nonce)).Lifetime);
        Assert.Equal((null, RelayTable.WaitingLifetime), Bound(Client, Bind(Right, nonce, leaves: false)));
    }

    [Fact]
    public void Who_does_not_is_told_so_and_nothing_is_kept()
    {
        byte[] nonce = Nonce(Client);
        foreach (ServerPassword? password in (ServerPassword?[])[null, Wrong])
        {
            byte[] join = Join(password, nonce);
            byte[] reply = Assert.Single(Receive(Client, join)).Bytes;
            Assert.True(JoinReply.TryRead(reply, out JoinReply read));
            Assert.Equal((StunErrorCode.Unauthenticated, true), (read.Error, read.Nonce.IsEmpty));
            Assert.True(reply.Length < join.Length);
            Assert.Equal(StunErrorCode.Unauthenticated, Bound(Client, Bind(password, nonce, leaves: false)).Error);
        }

        Assert.Equal(0, _rooms.Counts.Rooms);
        Assert.Equal((2, 2), (_machine.Statistics.Rendezvous.Unauthenticated, _machine.Statistics.Relay.Unauthenticated));
    }

    [Fact]
    public void Nobody_is_introduced_or_leaves_without_it()
    {
        Joined(Client, Join(Right, Nonce(Client)));

        // Before its address is proven not even who knows it: that request may have been overheard.
        foreach (ServerPassword? password in (ServerPassword?[])[null, Wrong, Right])
        {
            (TransportAddress to, byte[] bytes) = Assert.Single(Receive(Other, Join(password, nonce: null, party: 2)));
            Assert.True(JoinReply.TryRead(bytes, out JoinReply reply));
            Assert.Equal((Other, StunErrorCode.StaleNonce, true), (to, reply.Error, reply.Peer.IsEmpty));
        }

        Assert.True(JoinReply.TryRead(Assert.Single(Receive(Client, Leave(Wrong, Nonce(Client)))).Bytes, out JoinReply left));
        Assert.Equal(StunErrorCode.Unauthenticated, left.Error);
        Assert.Equal(1, _rooms.Counts.Rooms);
        Joined(Client, Leave(Right, Nonce(Client)));
        Assert.Equal(0, _rooms.Counts.Rooms);
    }

    [Fact]
    public void A_request_that_was_overheard_is_worth_nothing_elsewhere()
    {
        byte[] join = Join(Right, Nonce(Client));

        Assert.True(JoinReply.TryRead(Assert.Single(Receive(Other, join)).Bytes, out JoinReply reply));

        Assert.Equal((StunErrorCode.StaleNonce, 0), (reply.Error, _rooms.Counts.Rooms));
        Assert.Equal(StunErrorCode.StaleNonce, Joined(Client, Later(join)).Error);
    }

    [Fact]
    public void Who_guesses_much_gets_no_reply_for_a_while_and_hurts_nobody_else()
    {
        byte[] nonce = Nonce(Client);
        for (int i = 0; i < RateLimit.Guess.Burst; i++) { Assert.Single(Receive(Client, Join(Wrong, nonce))); }

        Assert.Empty(Receive(Client, Join(Wrong, nonce)));
        Assert.Empty(Receive(Client, Join(Right, nonce)));
        Assert.Empty(Receive(Client, Bind(Right, nonce, leaves: false)));
        TransportAddress neighbour = Client with { Host = HostAddress.Parse("192.0.2.8") };
        Assert.Equal(MemoryRooms.Lifetime, Joined(neighbour, Join(Right, Nonce(neighbour), party: 2)).Lifetime);

        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(MemoryRooms.Lifetime, Joined(Client, Join(Right, nonce)).Lifetime);
    }

    [Fact]
    public void STUN_is_for_everybody() => Assert.Equal(0x01, Assert.Single(Receive(Client, StunBytes.Request().ToArray())).Bytes[1]);

    [Fact]
    public void A_server_without_one_takes_any()
    {
        var open = new ServerMachine(
            new ServerMachineOptions { Served = [new ServedEndpoints(Front)], Key0 = 1, Key1 = 2, Limit = null, JoinLimit = null }, _rooms);

        open.Receive(new Datagram(Client, Front, Join(Right, Nonce(Client))), _now);

        Assert.True(open.TryCommand(_room, out ServerCommand command));
        Assert.True(JoinReply.TryRead(_room.AsSpan(0, command.Length), out JoinReply reply));
        Assert.Equal(MemoryRooms.Lifetime, reply.Lifetime);
    }

    private static ServerPassword Derive(string text) =>
        ServerPassword.TryDerive(text, out ServerPassword? password) ? password : throw new FormatException(text);

    private static byte[] Join(ServerPassword? password, byte[]? nonce, byte party = 1, bool isSmall = false)
    {
        byte[] bytes = new byte[isSmall ? JoinRequest.SmallLength : JoinRequest.Length];
        var join = new JoinRequest
        {
            Room = JoinBytes.Name(0xA0),
            Party = JoinBytes.Name(party),
            Sealed = Encoding.ASCII.GetBytes("sealed"),
            Nonce = nonce,
            Day = 0,
            IsSmall = isSmall,
            Password = password,
        };
        Assert.True(join.TryWrite(bytes));
        return bytes;
    }

    private static byte[] Leave(ServerPassword? password, byte[] nonce)
    {
        byte[] bytes = new byte[JoinRequest.Length];
        var join = new JoinRequest
        {
            Room = JoinBytes.Name(0xA0),
            Party = JoinBytes.Name(1),
            Nonce = nonce,
            Day = 0,
            IsLeaving = true,
            Password = password,
        };
        Assert.True(join.TryWrite(bytes));
        return bytes;
    }

    private static byte[] Bind(ServerPassword? password, byte[] nonce, bool leaves)
    {
        byte[] bytes = new byte[BindRequest.Length];
        var bind = new BindRequest
        {
            Room = JoinBytes.Name(0xA0),
            Party = JoinBytes.Name(1),
            Nonce = nonce,
            IsLeaving = leaves,
            Password = password,
        };
        Assert.True(bind.TryWrite(bytes));
        return bytes;
    }

    private byte[] Later(byte[] join)
    {
        _now += TimeSpan.FromMinutes(4);
        return join;
    }

    private byte[] Nonce(TransportAddress client)
    {
        Assert.True(JoinReply.TryRead(Assert.Single(Receive(client, Join(null, null, party: 9))).Bytes, out JoinReply reply));
        Assert.Equal(StunErrorCode.StaleNonce, reply.Error);
        return reply.Nonce.ToArray();
    }

    private (StunErrorCode? Error, TimeSpan? Lifetime) Joined(TransportAddress client, byte[] join)
    {
        Assert.True(JoinReply.TryRead(Receive(client, join)[0].Bytes, out JoinReply reply));
        return (reply.Error, reply.Lifetime);
    }

    private (StunErrorCode? Error, TimeSpan Lifetime) Bound(TransportAddress client, byte[] bind)
    {
        byte[] bytes = Assert.Single(Receive(client, bind)).Bytes;
        Assert.True(BindReply.TryRead(bytes, out BindReply reply));
        Assert.True(bytes.Length <= bind.Length);
        return (reply.Error, reply.Lifetime);
    }

    private List<(TransportAddress To, byte[] Bytes)> Receive(TransportAddress from, byte[] datagram)
    {
        _machine.Receive(new Datagram(from, Front, datagram), _now);
        List<(TransportAddress To, byte[] Bytes)> sent = [];
        while (_machine.TryCommand(_room, out ServerCommand command)) { sent.Add((command.To, _room[..command.Length])); }

        return sent;
    }
}
