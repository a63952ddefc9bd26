using System.Diagnostics;
using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;
using Punch.Serving.Limits;
using Punch.Serving.Stun;

namespace Punch.Serving.Rooms;

/// <summary>
/// The rendezvous of a server: from a datagram to an answer and a notice for the party that waits. Who is where is the directory's to know.
/// It reads nothing of what parties say to each other.
/// <para>
/// It sends nothing to an address but the answer to a request from there, or a notice to one that has proven within the last minute that it
/// gets what is sent to it; and what one request causes to be sent is, IP and UDP headers included, no more bytes than the request. So it
/// is no use for floods.
/// </para>
/// </summary>
internal sealed class RendezvousCore
{
    /// <summary>
    /// The longest answer: header(20), mapped(24), lifetime(8), nonce(24), ticket(20), party(20), sealed(452), two addresses(36),
    /// fingerprint(8).
    /// </summary>
    public const int MaxReplyLength = 612;

    /// <summary>The longest notice: header(20), party(20), sealed(452), two addresses(36), fingerprint(8).</summary>
    public const int MaxNoticeLength = 536;

    // IPv6(40) + UDP(8): another datagram costs these, too
    private const int HeadersBelow = 48;

    private readonly IRoomDirectory _rooms;

    /// <param name="key0">Half of a secret that all machines of the server share.</param>
    /// <param name="key1">The other half.</param>
    /// <param name="number">Which of these machines it is: no two of them name their notices alike.</param>
    /// <param name="limit">What <see cref="JoinGate"/> takes; null for no limit.</param>
    /// <param name="rooms">Who is where.</param>
    public RendezvousCore(ulong key0, ulong key1, int number, RateLimit? limit, IRoomDirectory rooms)
    {
        Door = new ClientDoor(key0, key1, number, limit);
        _rooms = rooms;
    }

    /// <summary>What joins pass first; binds pass the same.</summary>
    public ClientDoor Door { get; }

    /// <summary>What the directory said about the last join: it has the addresses that a notice goes to.</summary>
    public RoomReply Room { get; } = new();

    /// <summary>Decides about one datagram.</summary>
    /// <param name="request">The bytes that came.</param>
    /// <param name="client">Where they came from.</param>
    /// <param name="arrival">How they came; it comes back with a notice.</param>
    /// <param name="now">When.</param>
    /// <param name="reply">Takes the answer to <paramref name="client"/>; <see cref="MaxReplyLength"/> bytes.</param>
    /// <param name="notice">Takes the notice; <see cref="MaxNoticeLength"/> bytes.</param>
    /// <returns>What to send.</returns>
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
                _ => Begin(join, TicketOf(join, client, arrival, proof), now, reply, notice),
            };
        }

        return pass == JoinPass.Challenged && reading == JoinReading.Join
            ? Challenge(TicketOf(join, client, arrival, proof), now, reply)
            : new RendezvousResult { Outcome = RendezvousOutcome.Limited };
    }

    /// <summary>Writes what comes of a directory's answer.</summary>
    public RendezvousResult Complete(in JoinTicket ticket, RoomReply room, Instant now, Span<byte> reply, Span<byte> notice) =>
        room.Outcome switch
        {
            RendezvousOutcome.Challenged => Challenge(ticket, now, reply),
            RendezvousOutcome.Crowded => Refuse(ticket.TransactionId, StunErrorCode.Forbidden, room.Outcome, reply),
            RendezvousOutcome.Full => Refuse(ticket.TransactionId, StunErrorCode.InsufficientCapacity, room.Outcome, reply),
            RendezvousOutcome.Left => Grant(ticket, room, TimeSpan.Zero, [], reply),
            RendezvousOutcome.Held => Grant(ticket, room, null, ticket.IsNonceAging ? FreshNonce(ticket, now) : [], reply),
            RendezvousOutcome.Introduced => Notify(Grant(ticket, room, null, FreshNonce(ticket, now), reply), room, notice),
            RendezvousOutcome.Waiting or RendezvousOutcome.Paired =>
                Notify(Grant(ticket, room, MemoryRooms.Lifetime, ticket.IsNonceAging ? FreshNonce(ticket, now) : [], reply), room, notice),
            _ => throw new UnreachableException(),
        };

    private static JoinTicket TicketOf(in JoinRequest join, in TransportAddress client, in Arrival arrival, CookieAge proof) =>
        new(join.TransactionId, client, arrival, IsProven: proof != CookieAge.Invalid, IsNonceAging: proof == CookieAge.Aging);

    private RendezvousResult Begin(in JoinRequest join, in JoinTicket ticket, Instant now, Span<byte> reply, Span<byte> notice) =>
        _rooms.Begin(join, ticket, now, Room)
            ? Complete(ticket, Room, now, reply, notice)
            : new RendezvousResult { Outcome = RendezvousOutcome.Pending };

    /// <summary>438: come back with this NONCE.</summary>
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

    /// <summary>Adds a notice: to one address of the other party, and to its second as long as all of it stays below what came.</summary>
    private RendezvousResult Notify(in RendezvousResult result, RoomReply room, Span<byte> notice)
    {
        if (room.TargetCount == 0 || result.ReplyLength == 0) { return result; }

        var peer = new PeerNotice { TransactionId = Door.NextId(), Peer = room.Self.Entry };
        if (!peer.TryWrite(notice, out int length)) { return result; }

        int allowed = (JoinRequest.Length - result.ReplyLength) / (length + HeadersBelow);
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
