using Punch.Serving;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;
using Xunit;

namespace Punch.Tests.Rendezvous;

/// <summary>A core, a clock that stands still until the test moves it, and checks of the rules that hold for every reply.</summary>
internal sealed class RendezvousRig
{
    public static readonly TransportAddress A = TransportAddress.Parse("192.0.2.7:40001");
    public static readonly TransportAddress B = TransportAddress.Parse("198.51.100.9:50002");
    public static readonly TransportAddress C = TransportAddress.Parse("203.0.113.3:60003");
    public static readonly TransportAddress V6A = TransportAddress.Parse("[2001:db8::7]:40001");
    public static readonly TransportAddress V6B = TransportAddress.Parse("[2001:db8:1::9]:50002");

    private static readonly HostAddress WayHost = HostAddress.Parse("192.0.2.1");

    private readonly byte[] _reply = new byte[RendezvousCore.MaxReplyLength];
    private readonly byte[] _notice = new byte[RendezvousCore.MaxNoticeLength];
    private readonly RateLimit? _limit;

    public RendezvousRig(int maxRooms = 100, RateLimit? limit = null)
    {
        _limit = limit;
        Directory = new MemoryRooms(maxRooms, 1, 2, hasShares: false);
        Core = Make(1);
    }

    public RendezvousCore Core { get; private set; }

    public MemoryRooms Directory { get; private set; }

    public int Rooms => Directory.Counts.Rooms;

    public int Waiting => Directory.Counts.Waiting;

    public Instant Now { get; set; } = Instant.At(TimeSpan.FromSeconds(1000));

    public RendezvousResult Last { get; private set; }

    /// <summary>The first target of the last notice; default if there was none.</summary>
    public NoticeTarget First => Last.NoticeCount > 0 ? Core.Room.First : default;

    /// <summary>The second target of the last notice; default if there was none.</summary>
    public NoticeTarget Second => Last.NoticeCount > 1 ? Core.Room.Second : default;

    /// <summary>A new process with a new secret, as after a crash.</summary>
    public void Restart()
    {
        Directory = new MemoryRooms(100, 77, 2);
        Core = Make(77);
    }

    /// <summary>An arrival of joins, distinguished from others by a number.</summary>
    public static Arrival Way(int number) => new(number, WayHost);

    public void Wait(double seconds) => Now += TimeSpan.FromSeconds(seconds);

    /// <summary>Sends bytes from an address. The reply is empty if there is none.</summary>
    public JoinReply Send(byte[] request, TransportAddress from, int arrival = 0)
    {
        RendezvousResult result = Core.Answer(request, from, Way(arrival), Now, _reply, _notice);
        Last = result;
        int sent = result.ReplyLength + (result.NoticeCount * result.NoticeLength);
        Assert.True(sent <= request.Length, $"{sent} bytes for {request.Length}");
        Assert.True(result.NoticeCount == 0 || result.ReplyLength > 0, "a notice without a reply");
        if (result.ReplyLength == 0) { return default; }

        Assert.True(JoinReply.TryRead(_reply.AsSpan(0, result.ReplyLength), out JoinReply answer));
        Assert.Equal(TransactionId.FromBytes(request.AsSpan(8, 12)), answer.TransactionId);
        return answer;
    }

    /// <summary>The notice of the last reply.</summary>
    public PeerNotice Notice()
    {
        Assert.True(PeerNotice.TryRead(_notice.AsSpan(0, Last.NoticeLength), out PeerNotice notice));
        return notice;
    }

    /// <summary>The day by the server's clock.</summary>
    public uint Day => (uint)(Now.Ticks / TimeSpan.TicksPerDay);

    /// <summary>The nonce that this address gets.</summary>
    public byte[] NonceFor(TransportAddress from)
    {
        var join = new JoinBytes { RoomName = JoinBytes.Name(0xEE), PartyName = JoinBytes.Name(0xEF), DayNumber = Day };
        byte[] nonce = Send(join.ToArray(), from).Nonce.ToArray();
        Assert.Equal(RendezvousOutcome.Challenged, Last.Outcome);
        return nonce;
    }

    /// <summary>Joins with a right nonce. A ticket is sent along, or requested by an empty one.</summary>
    public JoinReply Join(
        TransportAddress from, byte party, byte room = 0xA0, byte[]? says = null, bool isSeeking = false, int arrival = 0, byte[]? ticket = null)
    {
        byte[] cookie = NonceFor(from);
        return Send(JoinBytesOf(party, room, says) with { Cookie = cookie, IsSeeking = isSeeking, TicketValue = ticket }, from, arrival);
    }

    /// <summary>Joins with a right nonce, as a client that answers checks.</summary>
    public JoinReply JoinChecked(TransportAddress from, byte party, bool isSeeking = false, byte[]? ticket = null)
    {
        byte[] cookie = NonceFor(from);
        JoinBytes join = JoinBytesOf(party, 0xA0, null) with { Cookie = cookie, IsSeeking = isSeeking, AnswersChecks = true, TicketValue = ticket };
        return Send(join, from);
    }

    /// <summary>Joins without a nonce.</summary>
    public JoinReply JoinCold(TransportAddress from, byte party, byte room = 0xA0, byte[]? says = null, byte[]? ticket = null) =>
        Send(JoinBytesOf(party, room, says) with { TicketValue = ticket }, from);

    public JoinReply Leave(TransportAddress from, byte party, byte room = 0xA0, byte[]? ticket = null)
    {
        byte[] cookie = NonceFor(from);
        return Send(JoinBytesOf(party, room, null) with { Cookie = cookie, LifetimeValue = [0, 0, 0, 0], TicketValue = ticket }, from);
    }

    /// <summary>The ticket of a party's seat, which its address gets.</summary>
    public byte[] TicketFor(TransportAddress from, byte party, byte room = 0xA0) => Join(from, party, room, ticket: []).Ticket.ToArray();

    private RendezvousCore Make(ulong key)
    {
        ServerMachineOptions options = Options(key);
        return new RendezvousCore(new ClientDoor(new CommonParts(options), number: 0), options.Calendar, Directory);
    }

    private ServerMachineOptions Options(ulong key) => new() { Served = [new ServedEndpoints(new TransportAddress(WayHost, 3478))], Key0 = key, Key1 = 2, JoinLimit = _limit };

    private JoinReply Send(JoinBytes join, TransportAddress from, int arrival = 0) => Send(join.ToArray(), from, arrival);

    private static JoinBytes JoinBytesOf(byte party, byte room, byte[]? says) =>
        new() { RoomName = JoinBytes.Name(room), PartyName = JoinBytes.Name(party), Says = says ?? JoinBytes.SealedOf(180, party) };
}
