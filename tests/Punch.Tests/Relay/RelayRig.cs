using Punch.Protocol.Relay;
using Punch.Serving;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Tests.Rendezvous;
using Xunit;

namespace Punch.Tests.Relay;

/// <summary>
/// A machine with rooms and a relay, a clock that stands still until told, and everything that is sent held to the rules: a reply goes to
/// who asked and is no longer than the request, and all else goes to an address that bound itself.
/// </summary>
internal sealed class RelayRig
{
    public static readonly TransportAddress Front = TransportAddress.Parse("203.0.113.1:3478");
    public static readonly TransportAddress Alternate = TransportAddress.Parse("203.0.113.1:3479");
    public static readonly TransportAddress ServerV6 = TransportAddress.Parse("[2001:db8:5::1]:3478");
    public static readonly TransportAddress A = TransportAddress.Parse("192.0.2.7:40001");
    public static readonly TransportAddress A2 = TransportAddress.Parse("192.0.2.8:41001");
    public static readonly TransportAddress B = TransportAddress.Parse("198.51.100.9:50002");
    public static readonly TransportAddress C = TransportAddress.Parse("203.0.113.77:60003");
    public static readonly TransportAddress V6 = TransportAddress.Parse("[2001:db8::7]:40001");

    private readonly byte[] _buffer = new byte[65_535];
    private readonly HashSet<TransportAddress> _bound = [];

    public RelayRig(RelayOptions? options = null, bool hasRelay = true, RateLimit? joinLimit = null)
    {
        Rooms = new MemoryRooms(20_000, 1, 2, hasShares: false);
        Table = hasRelay ? new RelayTable(options ?? new RelayOptions(), 3, 4) : null;
        Machine = new ServerMachine(
            new ServerMachineOptions
            {
                Served = [new ServedEndpoints(Front, Alternate), new ServedEndpoints(ServerV6)],
                Key0 = 1,
                Key1 = 2,
                Limit = null,
                JoinLimit = joinLimit,
            },
            Rooms,
            Table);
    }

    public MemoryRooms Rooms { get; }

    public RelayTable? Table { get; }

    public ServerMachine Machine { get; }

    public Instant Now { get; set; } = Instant.At(TimeSpan.FromSeconds(1000));

    /// <summary>The day of the server, whose clock began in 1970.</summary>
    public uint Today => (uint)(Now.Ticks / TimeSpan.TicksPerDay);

    public RelayStatistics Statistics => Machine.Statistics.Relay;

    public static byte[] Frame(int length, byte fill = 0x5A) => [0x80, .. Enumerable.Repeat(fill, length - 1)];

    public void Wait(double seconds) => Now += TimeSpan.FromSeconds(seconds);

    /// <summary>Lets the machine see the time, as a driver does.</summary>
    public List<Sent> Timeout()
    {
        List<Sent> sent = [];
        while (Machine.NextTimeout <= Now)
        {
            Machine.Timeout(Now);
            sent.AddRange(Drain());
            Assert.False(Machine.NextTimeout <= Now, "no progress");
        }

        return sent;
    }

    /// <summary>Hands over a datagram; returns what was sent, by the rules.</summary>
    public List<Sent> Receive(byte[] datagram, TransportAddress from, TransportAddress? to = null)
    {
        TransportAddress served = to ?? (from.Host.IsV6 ? ServerV6 : Front);
        Machine.Receive(new Datagram(from, served, datagram), Now);
        List<Sent> sent = Drain();
        foreach (Sent reply in sent.Where(each => each.IsBindReply))
        {
            Assert.Equal((from, served), (reply.To, reply.From));
            Assert.True(reply.Bytes.Length <= datagram.Length);
            if (BindReply.TryRead(reply.Bytes, out BindReply read) && read is { Error: null, Lifetime.Ticks: > 0 }) { _bound.Add(from); }
        }

        Assert.All(sent.Where(each => each.Bytes[0] == 0x80 || each.IsNotice), each => Assert.Contains(each.To, _bound));
        return sent;
    }

    /// <summary>Gives a party a seat at an address; with a ticket, moves it there.</summary>
    public byte[] Seat(TransportAddress from, byte party, byte room = 0xA0, byte[]? ticket = null) => SeatIn(JoinBytes.Name(room), from, party, ticket);

    public byte[] SeatIn(byte[] room, TransportAddress from, byte party, byte[]? ticket = null)
    {
        byte[] join = new JoinBytes { RoomName = room, PartyName = JoinBytes.Name(party), Cookie = NonceFor(from), TicketValue = ticket ?? [], DayNumber = Today }.ToArray();
        Sent reply = Receive(join, from).First(each => each.To == from);
        Assert.True(JoinReply.TryRead(reply.Bytes, out JoinReply read));
        Assert.Equal(MemoryRooms.Lifetime, read.Lifetime);
        return read.Ticket.ToArray();
    }

    public void Unseat(TransportAddress from, byte party, byte room = 0xA0) => Receive(
        new JoinBytes
        {
            RoomName = JoinBytes.Name(room),
            PartyName = JoinBytes.Name(party),
            Cookie = NonceFor(from),
            LifetimeValue = [0, 0, 0, 0],
            DayNumber = Today,
        }.ToArray(),
        from);

    /// <summary>The nonce that this address gets.</summary>
    public byte[] NonceFor(TransportAddress from)
    {
        byte[] cold = new JoinBytes { RoomName = JoinBytes.Name(0xEE), PartyName = JoinBytes.Name(0xEF), DayNumber = Today }.ToArray();
        Assert.True(JoinReply.TryRead(Assert.Single(Receive(cold, from)).Bytes, out JoinReply read));
        return read.Nonce.ToArray();
    }

    public Bound Bind(TransportAddress from, byte party, byte room = 0xA0, TransportAddress? to = null) =>
        BindIn(JoinBytes.Name(room), from, party, to);

    public Bound BindIn(byte[] room, TransportAddress from, byte party, TransportAddress? to = null) =>
        Ask(new BindBytes { RoomName = room, PartyName = JoinBytes.Name(party), Cookie = NonceFor(from) }, from, to);

    public Bound Leave(TransportAddress from, byte party, byte room = 0xA0) => LeaveIn(JoinBytes.Name(room), from, party);

    public Bound LeaveIn(byte[] room, TransportAddress from, byte party) => Ask(
        new BindBytes
        {
            RoomName = room,
            PartyName = JoinBytes.Name(party),
            Cookie = NonceFor(from),
            LifetimeValue = [0, 0, 0, 0],
        },
        from);

    public Bound Ask(BindBytes bind, TransportAddress from, TransportAddress? to = null)
    {
        Sent reply = Assert.Single(Receive(bind.ToArray(), from, to));
        Assert.True(BindReply.TryRead(reply.Bytes, out BindReply read));
        return new Bound(read.Error, read.Lifetime, read.Limits, read.Nonce.ToArray());
    }

    /// <summary>Seats and binds both sides.</summary>
    public void Pair(TransportAddress first, TransportAddress second, byte room = 0xA0) => PairIn(JoinBytes.Name(room), first, second);

    public void PairIn(byte[] room, TransportAddress first, TransportAddress second)
    {
        SeatIn(room, first, 1);
        SeatIn(room, second, 2);
        Assert.Equal(RelayTable.WaitingLifetime, BindIn(room, first, 1).Lifetime);
        Assert.Equal(RelayTable.PairedLifetime, BindIn(room, second, 2).Lifetime);
    }

    /// <summary>Sends a frame; where it went, or nothing.</summary>
    public TransportAddress? Relayed(TransportAddress from, byte fill = 0x5A)
    {
        byte[] frame = Frame(100, fill);
        Sent? sent = Receive(frame, from).SingleOrDefault();
        if (sent is not null) { Assert.Equal(frame, sent.Bytes); }

        return sent?.To;
    }

    private List<Sent> Drain()
    {
        List<Sent> sent = [];
        while (Machine.TryTransmit(_buffer, out Transmit transmit))
        {
            sent.Add(new Sent(transmit.From, transmit.To, _buffer[..transmit.Length]));
        }

        return sent;
    }

    public sealed record Sent(TransportAddress From, TransportAddress To, byte[] Bytes)
    {
        public bool IsBindReply => Bytes is [0x03, 0xC2 or 0xD2, ..];

        public bool IsNotice => Bytes is [0x02, 0xD3, ..];

        public RelayNotice Notice()
        {
            Assert.True(RelayNotice.TryRead(Bytes, out RelayNotice notice));
            return notice;
        }
    }

    public sealed record Bound(StunErrorCode? Error, TimeSpan Lifetime, RelayLimits Limits, byte[] Nonce);
}
