using Punch.Protocol.Stun;

namespace Punch.Protocol.Rendezvous;

/// <summary>
/// The rendezvous of a server: from a datagram to an answer and a word for the party that waits, with the rooms as its only state. Pure and
/// sans I/O: the driver owns sockets and clock, and calls from one thread at a time. It reads nothing of what parties say to each other.
/// <para>
/// It keeps nothing for an address that has not shown, by a NONCE sent there, that it gets what is sent to it; it sends nothing to an address but
/// the answer to a request from there, or a notice to one that has shown it within the last minute; and what one request causes to be sent
/// is, IP and UDP headers included, no more bytes than the request. So it is no use for floods.
/// </para>
/// <para>
/// A party that waits pays the round trip of the NONCE, since it makes state. One that comes to a party that waits does not: it gets the
/// other's entry at once and the other is told at once (<see cref="RendezvousOutcome.Introduced"/>).
/// </para>
/// </summary>
public sealed class RendezvousCore
{
    /// <summary>How long a party is kept without another join.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The longest answer: header(20), mapped(24), lifetime(8), nonce(24), party(20), sealed(452), two addresses(36), fingerprint(8).
    /// </summary>
    public const int MaxReplyLength = 592;

    /// <summary>The longest notice: header(20), party(20), sealed(452), two addresses(36), fingerprint(8).</summary>
    public const int MaxNoticeLength = 536;

    // IPv6(40) + UDP(8): another datagram costs these, too
    private const int HeadersBelow = 48;

    // Each join makes one party at most, so this forgets faster than a table can fill.
    private const int ExpiredPerJoin = 4;

    private readonly RoomTable _rooms;
    private readonly ReturnCookie _cookie;
    private readonly SipHash _ids;
    private readonly RateLimiter? _limiter;
    private readonly byte[] _peer = new byte[RendezvousLimits.Party + RendezvousLimits.Sealed];
    private readonly byte[] _self = new byte[RendezvousLimits.Party + RendezvousLimits.Sealed];
    private readonly byte[] _nonce = new byte[ReturnCookie.Length];
    private ulong _notices;

    /// <param name="options">The secret and the limits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of rooms is.</exception>
    public RendezvousCore(RendezvousOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRooms, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxRooms, RendezvousOptions.MostRooms, nameof(options));
        // one secret, and from it a key for each purpose
        var keys = new SipHash(options.Key0, options.Key1);
        _cookie = new ReturnCookie(keys.Of(0), keys.Of(1));
        _rooms = new RoomTable(options.MaxRooms, keys.Of(2), keys.Of(3));
        _ids = new SipHash(keys.Of(4), keys.Of(5));
        _limiter = options.Limit is { } limit ? new RateLimiter(limit, keys.Of(6), keys.Of(7)) : null;
    }

    /// <summary>Rooms with one or two parties, those included that <see cref="Expire"/> has yet to forget.</summary>
    public int Rooms => _rooms.Rooms;

    /// <summary>Rooms with one party.</summary>
    public int Waiting => (2 * _rooms.Rooms) - _rooms.Parties;

    /// <summary>Decides about one datagram.</summary>
    /// <param name="request">The bytes that came.</param>
    /// <param name="client">Where they came from.</param>
    /// <param name="arrival">The driver's number for the socket and local address they came to; it comes back with a notice.</param>
    /// <param name="now">When.</param>
    /// <param name="reply">Takes the answer to <paramref name="client"/>; <see cref="MaxReplyLength"/> bytes.</param>
    /// <param name="notice">Takes the notice; <see cref="MaxNoticeLength"/> bytes.</param>
    /// <param name="result">What to send.</param>
    public void Answer(
        ReadOnlySpan<byte> request, in TransportAddress client, int arrival, Instant now, Span<byte> reply, Span<byte> notice,
        out RendezvousResult result)
    {
        result = default;
        if (!JoinRequest.IsLikely(request) || !IsAnswerable(client)) { return; }

        JoinReading reading = JoinRequest.Read(request, out StunMessage message, out JoinRequest join);
        if (reading == JoinReading.Foreign) { return; }

        if (_limiter?.TryAcquire(client.Host, now) == false)
        {
            result = new RendezvousResult { Outcome = RendezvousOutcome.Limited };
            return;
        }

        _rooms.Expire(now, ExpiredPerJoin);
        result = reading switch
        {
            JoinReading.Malformed => Refuse(message.TransactionId, StunErrorCode.BadRequest, RendezvousOutcome.Malformed, reply),
            JoinReading.UnknownAttribute => RefuseUnknown(message, reply),
            _ => Decide(join, new Origin(client, arrival, now), reply, notice),
        };
    }

    /// <summary>Forgets parties past their lifetime; joins do so too, a few at a time, and never count or tell a dead one.</summary>
    /// <param name="now">When.</param>
    /// <param name="most">How many at most.</param>
    /// <returns>Whether there may be more.</returns>
    public bool Expire(Instant now, int most) => _rooms.Expire(now, most);

    private static bool IsAnswerable(in TransportAddress client) =>
        client.Port != 0 && !client.Host.IsAny && !client.Host.IsMulticast && !client.Host.IsLimitedBroadcast;

    private RendezvousResult Decide(in JoinRequest join, in Origin origin, Span<byte> reply, Span<byte> notice)
    {
        NameWords room = NameWords.Of(join.Room);
        NameWords party = NameWords.Of(join.Party);
        CookieAge proof = _cookie.Check(join.Nonce, origin.Client, origin.Now);
        if (proof == CookieAge.Invalid && join.IsLeaving) { return Challenge(join, origin, reply); }

        RoomView view = _rooms.Look(room, party, origin.Now);
        if (view.IsCrowded) { return Refuse(join.TransactionId, StunErrorCode.Forbidden, RendezvousOutcome.Crowded, reply); }

        if (join.IsLeaving) { return Leave(join, view, origin, reply); }

        if (proof == CookieAge.Invalid)
        {
            return view.Others == 0 ? Challenge(join, origin, reply) : Introduce(join, view, origin, reply, notice);
        }

        int mine = view.Mine;
        bool isNew = mine == Slab.None;
        if (isNew && !_rooms.TryAdd(view, room, party, out mine))
        {
            return Refuse(join.TransactionId, StunErrorCode.InsufficientCapacity, RendezvousOutcome.Full, reply);
        }

        bool isChanged = _rooms.Refresh(mine, join.Sealed, origin.Client, origin.Arrival, origin.Now) || isNew;
        return Keep(join, view with { Mine = mine }, origin, proof, isChanged, reply, notice);
    }

    /// <summary>438: come back with this NONCE.</summary>
    private RendezvousResult Challenge(in JoinRequest join, in Origin origin, Span<byte> reply)
    {
        var answer = new JoinAnswer
        {
            TransactionId = join.TransactionId,
            Error = StunErrorCode.StaleNonce,
            Mapped = origin.Client,
            Nonce = FreshNonce(origin),
        };
        return Finish(answer, RendezvousOutcome.Challenged, reply);
    }

    private RendezvousResult Leave(in JoinRequest join, in RoomView view, in Origin origin, Span<byte> reply)
    {
        if (view.Mine != Slab.None) { _rooms.Remove(view.Mine); }

        var answer = new JoinAnswer { TransactionId = join.TransactionId, Mapped = origin.Client, Lifetime = TimeSpan.Zero };
        return Finish(answer, RendezvousOutcome.Left, reply);
    }

    /// <summary>Brings an unproven address and a waiting party together; nothing is kept.</summary>
    private RendezvousResult Introduce(in JoinRequest join, in RoomView view, in Origin origin, Span<byte> reply, Span<byte> notice)
    {
        var answer = new JoinAnswer
        {
            TransactionId = join.TransactionId,
            Mapped = origin.Client,
            Nonce = FreshNonce(origin),
            Peer = _rooms.Describe(view.Other, origin.Now, _peer),
        };
        var self = new PeerEntry
        {
            Party = join.Party,
            Sealed = join.Sealed,
            V4 = origin.Client.Host.IsV6 ? null : origin.Client,
            V6 = origin.Client.Host.IsV6 ? origin.Client : null,
        };
        return NotifyOther(Finish(answer, RendezvousOutcome.Introduced, reply), self, view.Other, origin.Now, notice);
    }

    private RendezvousResult Keep(
        in JoinRequest join, in RoomView view, in Origin origin, CookieAge proof, bool isChanged, Span<byte> reply, Span<byte> notice)
    {
        var answer = new JoinAnswer
        {
            TransactionId = join.TransactionId,
            Mapped = origin.Client,
            Lifetime = Lifetime,
            Nonce = proof == CookieAge.Aging ? FreshNonce(origin) : [],
            Peer = view.Others == 0 ? default : _rooms.Describe(view.Other, origin.Now, _peer),
        };
        if (view.Others == 0) { return Finish(answer, RendezvousOutcome.Waiting, reply); }

        RendezvousResult result = Finish(answer, RendezvousOutcome.Paired, reply);
        if (!isChanged && !join.IsSeeking) { return result; }

        return NotifyOther(result, _rooms.Describe(view.Mine, origin.Now, _self), view.Other, origin.Now, notice);
    }

    /// <summary>Adds a notice: to one address of the party, and to its second as long as all of it stays below what came.</summary>
    private RendezvousResult NotifyOther(in RendezvousResult result, in PeerEntry self, int other, Instant now, Span<byte> notice)
    {
        var word = new PeerNotice { TransactionId = NextId(), Peer = self };
        if (result.ReplyLength == 0 || !word.TryWrite(notice, out int length)) { return result; }

        int count = _rooms.LocateTargets(other, now, out NoticeTarget first, out NoticeTarget second);
        int allowed = (JoinRequest.Length - result.ReplyLength) / (length + HeadersBelow);
        count = Math.Min(count, allowed);
        return result with { NoticeLength = count == 0 ? 0 : length, NoticeCount = count, First = first, Second = count == 2 ? second : default };
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
        Finish(new JoinAnswer { TransactionId = id, Error = code }, outcome, reply);

    private static RendezvousResult Finish(in JoinAnswer answer, RendezvousOutcome outcome, Span<byte> reply)
    {
        answer.TryWrite(reply, out int length);
        return new RendezvousResult { Outcome = outcome, ReplyLength = length };
    }

    private ReadOnlySpan<byte> FreshNonce(in Origin origin)
    {
        _cookie.Write(origin.Client, origin.Now, _nonce);
        return _nonce;
    }

    private TransactionId NextId()
    {
        Span<byte> id = stackalloc byte[16];
        NameWords words = new(_ids.Of(_notices, 0), _ids.Of(_notices, 1));
        words.Write(id);
        _notices = unchecked(_notices + 1);
        return TransactionId.FromBytes(id[..TransactionId.Length]);
    }

    /// <summary>Who sent a join, how it came, and when.</summary>
    private readonly record struct Origin(TransportAddress Client, int Arrival, Instant Now);
}
