using System.Diagnostics;
using Punch.Protocol;
using Punch.Protocol.Relay;
using Punch.Protocol.Stun;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;

namespace Punch.Serving.Relay;

/// <summary>
/// The relay of one machine: from a bind to a reply, and from what legs are to be told to a notice. Who is relayed where is the
/// <see cref="IRelay"/>'s to know, which machines share. Binds pass the same door as joins, and keep nothing before it.
/// </summary>
/// <param name="door">What joins pass, too.</param>
/// <param name="rooms">Who has a seat where.</param>
/// <param name="relay">Who is relayed where; null where nothing is relayed.</param>
internal sealed class RelayCore(ClientDoor door, IRoomDirectory rooms, IRelay? relay)
{
    private const int StunIdAt = 8; // type(2) + length(2) + cookie(4)

    private readonly RelayCounter _counter = new();

    /// <summary>What was counted, but for the sessions, which machines share. Any thread may read it.</summary>
    public RelayStatistics Counts => _counter.Counts;

    /// <summary>When <see cref="Timeout"/> wants to be called next; null for never.</summary>
    public Instant? NextTimeout => relay?.NextTimeout;

    /// <summary>Decides about what <see cref="BindRequest.IsLikely"/>.</summary>
    /// <param name="request">The bytes that came.</param>
    /// <param name="client">Where they came from.</param>
    /// <param name="arrival">How they came.</param>
    /// <param name="now">When.</param>
    /// <param name="reply">Takes the reply; <see cref="BindRequest.Length"/> bytes.</param>
    /// <param name="length">Bytes of it, 0 for none; never more than came.</param>
    public BindOutcome Answer(
        ReadOnlySpan<byte> request, in TransportAddress client, in Arrival arrival, Instant now, Span<byte> reply, out int length)
    {
        length = 0;
        if (!ClientDoor.IsAnswerable(client)) { return Count(BindOutcome.Ignored); }

        bool isRead = BindRequest.TryRead(request, out BindRequest bind);
        if (!isRead && !IsBind(request)) { return Count(BindOutcome.Ignored); }

        JoinPass pass = door.Check(bind.Nonce, client, now, out CookieAge proof);
        if (pass == JoinPass.Dropped || (pass == JoinPass.Challenged && !isRead)) { return Count(BindOutcome.Limited); }

        BindDecision decision = isRead ? Admit(request, bind, client, arrival, proof, now) : new BindDecision(BindOutcome.Malformed);
        if (decision.Outcome == BindOutcome.Limited) { return Count(BindOutcome.Limited); }

        bool needsNonce = decision.Outcome == BindOutcome.Challenged || proof == CookieAge.Aging;
        var answer = new BindReply
        {
            TransactionId = TransactionId.FromBytes(request.Slice(StunIdAt, TransactionId.Length)),
            Error = ErrorOf(decision.Outcome),
            Lifetime = decision.Lifetime,
            Limits = relay?.Limits ?? default,
            Nonce = needsNonce ? door.FreshNonce(client, now) : [],
        };
        answer.TryWrite(reply, out length);
        return Count(decision.Outcome);
    }

    /// <summary>Decides where a frame goes; false when it goes nowhere.</summary>
    public FrameOutcome Route(in TransportAddress client, int length, Instant now, out NoticeTarget target)
    {
        target = default;
        FrameOutcome outcome = relay?.Route(client, length, now, out target) ?? FrameOutcome.Unbound;
        _counter.Note(outcome, length);
        return outcome;
    }

    /// <summary>Takes and writes what legs are to be told next.</summary>
    /// <param name="notice">Takes it; <see cref="RelayNotice.MaxLength"/> bytes.</param>
    /// <param name="news">Whom.</param>
    /// <param name="length">Bytes of it.</param>
    public bool TryTell(Span<byte> notice, out RelayNews news, out int length)
    {
        (news, length) = (default, 0);
        if (relay is null || !relay.TryTell(out news)) { return false; }

        _counter.NoteNotices(news.Count);
        return new RelayNotice(door.NextId(), news.Event, news.Lifetime).TryWrite(notice, out length);
    }

    /// <summary>Forgets sessions whose time is over.</summary>
    public void Timeout(Instant now) => relay?.Timeout(now);

    private static bool IsBind(ReadOnlySpan<byte> request) =>
        StunMessage.Parse(request, out StunMessage message) == StunParseError.None && message.HasValidFingerprint();

    private BindDecision Admit(
        ReadOnlySpan<byte> request, in BindRequest bind, in TransportAddress client, in Arrival arrival, CookieAge proof, Instant now)
    {
        if (relay is null) { return new BindDecision(BindOutcome.Off); }

        if (proof == CookieAge.Invalid) { return new BindDecision(BindOutcome.Challenged); }

        return door.Password.Check(request, client.Host, now) switch
        {
            PasswordPass.Wrong => new BindDecision(BindOutcome.Unauthenticated),
            PasswordPass.Dropped => new BindDecision(BindOutcome.Limited),
            _ => Decide(relay, bind, client, arrival, now),
        };
    }

    private BindDecision Decide(IRelay relay, in BindRequest bind, in TransportAddress client, in Arrival arrival, Instant now)
    {
        if (bind.IsLeaving)
        {
            relay.Leave(bind, client, now);
            return new BindDecision(BindOutcome.Left);
        }

        return rooms.SeatOf(bind.Room, bind.Party, client, now) == SeatPlace.Here || relay.Holds(bind, client)
            ? relay.Bind(bind, client, arrival, rooms, now)
            : new BindDecision(BindOutcome.Unseated);
    }

    private BindOutcome Count(BindOutcome outcome)
    {
        _counter.Note(outcome);
        return outcome;
    }

    private static StunErrorCode? ErrorOf(BindOutcome outcome) => outcome switch
    {
        BindOutcome.Malformed => StunErrorCode.BadRequest,
        BindOutcome.Off or BindOutcome.Draining => StunErrorCode.Forbidden,
        BindOutcome.Challenged => StunErrorCode.StaleNonce,
        BindOutcome.Unauthenticated => StunErrorCode.Unauthenticated,
        BindOutcome.Unseated => StunErrorCode.AllocationMismatch,
        BindOutcome.Occupied or BindOutcome.OverShare or BindOutcome.Spent => StunErrorCode.AllocationQuotaReached,
        BindOutcome.Full => StunErrorCode.InsufficientCapacity,
        BindOutcome.Left or BindOutcome.Bound or BindOutcome.Moved or BindOutcome.Kept => null,
        _ => throw new UnreachableException(),
    };
}
