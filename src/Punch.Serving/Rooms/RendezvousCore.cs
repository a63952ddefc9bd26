using System.Diagnostics;
using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;
using Punch.Serving.Limits;
using Punch.Serving.Stun;

namespace Punch.Serving.Rooms;

/// <summary>
/// The rendezvous of a server. It turns a datagram into a reply and a notice for the waiting party. The directory knows which party is
/// where. The contents of the parties' messages stay sealed.
/// <para>
/// It sends only two kinds of datagrams: the reply to a request, to the request's source; and a notice to an address that has proven within
/// the last minute that it receives. One request never causes more bytes to be sent than it has itself, IP and UDP headers included. So it
/// is useless for floods.
/// </para>
/// </summary>
internal sealed class RendezvousCore
{
    /// <summary>
    /// The longest reply: header(20), mapped(24), lifetime(8), nonce(24), ticket(20), party(20), sealed(452), two addresses(36),
    /// fingerprint(8).
    /// </summary>
    public const int MaxReplyLength = 612;

    /// <summary>The longest notice: header(20), party(20), sealed(452), two addresses(36), check(4), fingerprint(8).</summary>
    public const int MaxNoticeLength = 540;

    /// <summary>426, which HTTP calls Upgrade Required: the rooms of clients of before are of no day, so nobody comes there.</summary>
    private const StunErrorCode OldClient = (StunErrorCode)426;

    // IPv6(40) + UDP(8): another datagram costs these, too
    private const int HeadersBelow = 48;

    private readonly IRoomDirectory _rooms;
    private readonly Calendar _calendar;

    /// <param name="door">What joins pass first.</param>
    /// <param name="calendar">What day it is.</param>
    /// <param name="rooms">Who is where.</param>
    public RendezvousCore(ClientDoor door, Calendar calendar, IRoomDirectory rooms) => (Door, _calendar, _rooms) = (door, calendar, rooms);

    /// <summary>What joins pass first; binds pass the same.</summary>
    public ClientDoor Door { get; }

    /// <summary>The directory's answer to the last join. It has the addresses that a notice goes to.</summary>
    public RoomReply Room { get; } = new();

    /// <summary>Decides about one datagram.</summary>
    /// <param name="request">The received bytes.</param>
    /// <param name="client">The source address.</param>
    /// <param name="arrival">How they arrived; it comes back with a notice.</param>
    /// <param name="now">The current time.</param>
    /// <param name="reply">Receives the reply to <paramref name="client"/>; <see cref="MaxReplyLength"/> bytes.</param>
    /// <param name="notice">Receives the notice; <see cref="MaxNoticeLength"/> bytes.</param>
    /// <returns>The lengths of the reply and the notice.</returns>
    public RendezvousResult Answer(
        ReadOnlySpan<byte> request, in TransportAddress client, in Arrival arrival, Instant now, Span<byte> reply, Span<byte> notice)
    {
        if (!JoinRequest.IsLikely(request) || !ClientDoor.IsAnswerable(client)) { return default; }

        JoinReading reading = JoinRequest.Read(request, out StunMessage message, out JoinRequest join);
        if (reading == JoinReading.Foreign) { return default; }

        JoinPass pass = Door.Check(join.Nonce, client, now, out CookieAge proof);
        if (pass == JoinPass.Taken)
        {
            return reading switch
            {
                JoinReading.Malformed => Refuse(message.TransactionId, StunErrorCode.BadRequest, RendezvousOutcome.Malformed, reply),
                JoinReading.UnknownAttribute => RefuseUnknown(message, reply),
                _ => Admit(request, join, TicketOf(join, client, arrival, proof, request.Length), now, reply, notice),
            };
        }

        return pass == JoinPass.Challenged && reading == JoinReading.Join
            ? Challenge(TicketOf(join, client, arrival, proof, request.Length), now, reply)
            : new RendezvousResult { Outcome = RendezvousOutcome.Limited };
    }

    /// <summary>Writes the reply and the notice for a directory's answer.</summary>
    public RendezvousResult Complete(in JoinTicket ticket, RoomReply room, Instant now, Span<byte> reply, Span<byte> notice) =>
        room.Outcome switch
        {
            RendezvousOutcome.Challenged => Challenge(ticket, now, reply),
            RendezvousOutcome.Crowded =>
                Notify(Refuse(ticket.TransactionId, StunErrorCode.Forbidden, room.Outcome, reply), ticket, room, notice),
            RendezvousOutcome.Full => Refuse(ticket.TransactionId, StunErrorCode.InsufficientCapacity, room.Outcome, reply),
            RendezvousOutcome.Left => Grant(ticket, room, TimeSpan.Zero, [], reply),
            RendezvousOutcome.Held =>
                Notify(Grant(ticket, room, null, ticket.IsNonceAging ? FreshNonce(ticket, now) : [], reply), ticket, room, notice),
            RendezvousOutcome.Introduced => Notify(Grant(ticket, room, null, FreshNonce(ticket, now), reply), ticket, room, notice),
            RendezvousOutcome.Waiting or RendezvousOutcome.Paired =>
                Seat(ticket, room, ticket.IsNonceAging ? FreshNonce(ticket, now) : [], reply, notice),
            _ => throw new UnreachableException(),
        };

    private static JoinTicket TicketOf(
        in JoinRequest join, in TransportAddress client, in Arrival arrival, CookieAge proof, int length) =>
        new(join.TransactionId, client, arrival, IsProven: proof != CookieAge.Invalid, IsNonceAging: proof == CookieAge.Aging)
        {
            Length = length,
            TellsFirst = join.TellsFirst,
        };

    private RendezvousResult Admit(
        ReadOnlySpan<byte> request, in JoinRequest join, in JoinTicket ticket, Instant now, Span<byte> reply, Span<byte> notice)
    {
        // With a password nobody is introduced before: a request that was overheard would do.
        if (Door.Password.IsClosed && !ticket.IsProven) { return Challenge(ticket, now, reply); }

        return Door.Password.Check(request, ticket.Client.Host, now) switch
        {
            PasswordPass.Wrong => Refuse(join.TransactionId, StunErrorCode.Unauthenticated, RendezvousOutcome.Unauthenticated, reply),
            PasswordPass.Dropped => new RendezvousResult { Outcome = RendezvousOutcome.Limited },
            _ => Begin(join, ticket, now, reply, notice),
        };
    }

    private RendezvousResult Begin(in JoinRequest join, in JoinTicket ticket, Instant now, Span<byte> reply, Span<byte> notice)
    {
        if (join.Day is not { } day) { return Refuse(join.TransactionId, OldClient, RendezvousOutcome.Dayless, reply); }

        // Who leaves may leave the room of yesterday.
        uint today = _calendar.DayAt(now);
        if (day != today && !join.IsLeaving) { return TellDay(ticket, today, reply); }

        return _rooms.Begin(join, ticket, now, Room)
            ? Complete(ticket, Room, now, reply, notice)
            : new RendezvousResult { Outcome = RendezvousOutcome.Pending };
    }

    /// <summary>
    /// A client whose clock is wrong, or was right until midnight. It costs no state: everybody may know what day it is.
    /// </summary>
    private static RendezvousResult TellDay(in JoinTicket ticket, uint today, Span<byte> reply)
    {
        var answer = new JoinReply { TransactionId = ticket.TransactionId, Mapped = ticket.Client, Day = today };
        return Finish(answer, RendezvousOutcome.OtherDay, reply);
    }

    /// <summary>438: join again with this NONCE.</summary>
    private RendezvousResult Challenge(in JoinTicket ticket, Instant now, Span<byte> reply)
    {
        var answer = new JoinReply
        {
            TransactionId = ticket.TransactionId,
            Error = StunErrorCode.StaleNonce,
            Mapped = ticket.Client,
            Nonce = FreshNonce(ticket, now),
        };
        return Finish(answer, RendezvousOutcome.Challenged, reply);
    }

    private RendezvousResult Seat(
        in JoinTicket ticket, RoomReply room, ReadOnlySpan<byte> nonce, Span<byte> reply, Span<byte> notice)
    {
        RendezvousResult result = Notify(Grant(ticket, room, MemoryRooms.Lifetime, nonce, reply), ticket, room, notice);
        if (!ticket.TellsFirst || room.TargetCount == 0 || result.NoticeCount > 0) { return result; }

        // The sender hears of the other party when it asks again, or from that party's own join.
        room.Peer.Clear();
        return Notify(Grant(ticket, room, MemoryRooms.Lifetime, nonce, reply), ticket, room, notice);
    }

    private static RendezvousResult Grant(
        in JoinTicket ticket, RoomReply room, TimeSpan? lifetime, ReadOnlySpan<byte> nonce, Span<byte> reply)
    {
        var answer = new JoinReply
        {
            TransactionId = ticket.TransactionId,
            Mapped = ticket.Client,
            Lifetime = lifetime,
            Nonce = nonce,
            Ticket = room.Ticket,
            Peer = room.Peer.Entry,
        };
        return Finish(answer, room.Outcome, reply);
    }

    /// <summary>Adds a notice: to one address, and to a second as long as all of it stays below what came.</summary>
    private RendezvousResult Notify(in RendezvousResult result, in JoinTicket ticket, RoomReply room, Span<byte> notice)
    {
        if (room.TargetCount == 0 || result.ReplyLength == 0) { return result; }

        var peer = new PeerNotice { TransactionId = Door.NextId(), Peer = room.Self.Entry, IsCheck = room.IsCheck };
        if (!peer.TryWrite(notice, out int length)) { return result; }

        int allowed = (ticket.Length - result.ReplyLength) / (length + HeadersBelow);
        int count = Math.Min(room.TargetCount, allowed);
        return count == 0 ? result : result with { NoticeLength = length, NoticeCount = count };
    }

    private static RendezvousResult RefuseUnknown(in StunMessage message, Span<byte> reply)
    {
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[StunServerCore.MaxUnknownAttributes];
        unknown = unknown[..message.ListUnknown(JoinRequest.Understood, unknown)];
        bool isWritten = StunWriter.TryCreate(reply, OwnStunMethods.Join, StunClass.Error, message.TransactionId, out StunWriter writer)
            && writer.TryWriteErrorCode(StunErrorCode.UnknownAttribute)
            && writer.TryWriteUnknownAttributes(unknown)
            && writer.TryWriteFingerprint();
        return new RendezvousResult { Outcome = RendezvousOutcome.Malformed, ReplyLength = isWritten ? writer.Length : 0 };
    }

    private static RendezvousResult Refuse(TransactionId id, StunErrorCode code, RendezvousOutcome outcome, Span<byte> reply) =>
        Finish(new JoinReply { TransactionId = id, Error = code }, outcome, reply);

    private static RendezvousResult Finish(in JoinReply answer, RendezvousOutcome outcome, Span<byte> reply)
    {
        answer.TryWrite(reply, out int length);
        return new RendezvousResult { Outcome = outcome, ReplyLength = length };
    }

    private ReadOnlySpan<byte> FreshNonce(in JoinTicket ticket, Instant now) => Door.FreshNonce(ticket.Client, now);
}
