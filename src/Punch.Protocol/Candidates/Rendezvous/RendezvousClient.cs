using Punch.Protocol.Frames;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>
/// Keeps this party in its room on one server, from one own port: joins, answers the server's challenge, refreshes, asks again soon while
/// the peer is sought, comes back after the server lost its memory, and leaves. It never gives up asking; the session does.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="local">The own port to begin with.</param>
/// <param name="seat">What moves the seat; shared by all clients of a session.</param>
/// <param name="ids">Makes the ids of requests.</param>
/// <param name="calendar">What day it is here. The server may know better.</param>
/// <param name="seed">Seed of the random waits.</param>
internal sealed class RendezvousClient(
    TransportAddress server, TransportAddress local, SeatTicket seat, TransactionIdSource ids, Calendar calendar, ulong seed)
{
    /// <summary>Unanswered sends after which a server counts as silent: three and a half seconds.</summary>
    private const int SilentAfter = 7;

    /// <summary>Challenges in a row that are answered at once; a server that goes on like this is answered slowly.</summary>
    private const int PatientChallenges = 3;

    /// <summary>A seat that is not given up keeps the same person's next process out for a minute.</summary>
    private const int Leaves = 2;

    /// <summary>Joins in a row that find the seat elsewhere and are soon repeated: the server asks there for two seconds.</summary>
    private const int PatientHolds = 7;

    /// <summary>Checks at once, and a second: a forger of the server's address causes no more.</summary>
    private const int ChecksAtOnce = 4;
    private const int ChecksPerSecond = 2;

    /// <summary>Unanswered sends after which every other join is small: the path may lose large datagrams without a word.</summary>
    private const int SmallAfter = 2;

    /// <summary>Where small joins are answered, every so many joins begins with a large one again.</summary>
    private const int LargeAgainAfter = 8;

    /// <summary>Other days that are taken at once, and a second: a server that says another one each time is asked slowly.</summary>
    private const int DaysAtOnce = 4;
    private const int DaysPerSecond = 1;

    private readonly byte[] _nonce = new byte[RendezvousLimits.Nonce];
    private readonly ReplacedJoins _replaced = new();
    private SplitMix64 _random = new(seed);
    private TokenBucket _checks = new(ChecksAtOnce, ChecksPerSecond);
    private TokenBucket _days = new(DaysAtOnce, DaysPerSecond);
    private uint? _dayThere; // what the server said last
    private uint _day; // of the last join
    private uint _keptDay; // of the room where the server keeps us
    private int _nonceLength;
    private TransportAddress _provenLocal; // the own port that the nonce is for
    private TransportAddress _keptLocal; // the own port that the server keeps
    private int _ticketSent; // its version; 0 for none
    private TransactionId _id;
    private TransactionId? _smallId;
    private int _smallJoins;
    private int _sent;
    private RefusalCount _refusals;
    private int _challenges;
    private int _holds;
    private bool _isAsking;
    private bool _isSeeking;
    private int _seekRung;
    private Instant _next;

    /// <summary>The server.</summary>
    public TransportAddress Server => server;

    /// <summary>What it may ask for; null for none.</summary>
    public ServerPassword? Password { get; init; }

    /// <summary>The own port it knows us by, or soon will.</summary>
    public TransportAddress Local { get; private set; } = local;

    /// <summary>As what the server sees <see cref="Local"/>; null until it said.</summary>
    public TransportAddress? Mapped { get; private set; }

    /// <summary>Whether it ever answered.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Whether it has stopped replying.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>Whether the server keeps us in the room, as far as we know.</summary>
    public bool IsStored { get; private set; }

    /// <summary>Why it refuses; null while it does not.</summary>
    public StunErrorCode? Refusal { get; private set; }

    /// <summary>Why it refused the last join, be it for a moment; null where it did not.</summary>
    public StunErrorCode? LastRefusal { get; private set; }

    /// <summary>What came in place of a first reply: an error, else the first thing that came; null for nothing.</summary>
    public UnusableReply? Unusable { get; private set; }

    /// <summary>Whether the server is not to tell the peer where it sees this side.</summary>
    public bool HidesAddress { get; init; }

    /// <summary>What shows the server that <see cref="Local"/> is ours; empty when it gave nothing yet.</summary>
    public ReadOnlySpan<byte> Nonce => Local == _provenLocal ? _nonce.AsSpan(0, _nonceLength) : default;

    public Instant NextTimeout => _next;

    /// <summary>Takes note of what came where it is no reply. Returns whether it is the first such thing.</summary>
    public bool NoteUnusable(in Datagram datagram)
    {
        if (HasAnswered || Unusable is { Kind: UnusableKind.Error }) { return false; }

        UnusableReply? reply = UnusableReply.Of(datagram, server, _id, OwnStunMethods.Join, isUsable: false);
        if (reply is { Kind: UnusableKind.OtherRequest } && _smallId is { } small)
        {
            reply = UnusableReply.Of(datagram, server, small, OwnStunMethods.Join, isUsable: false);
        }

        bool isFirst = Unusable is null && reply is not null;
        if (Unusable is null || reply is { Kind: UnusableKind.Error }) { Unusable = reply; }

        return isFirst;
    }

    /// <summary>Whether the peer is sought: the server is asked to tell it again, and soon again.</summary>
    public void Seek(bool isSeeking, Instant now)
    {
        if (isSeeking == _isSeeking) { return; }

        _isSeeking = isSeeking;
        _seekRung = 0;
        if (isSeeking && !_isAsking && _next > now + JoinPauses.WhileSeeking(0)) { _next = now + JoinPauses.WhileSeeking(0); }
    }

    /// <summary>Whether it answers small joins alone, as far as is known.</summary>
    public bool IsNarrow { get; private set; }

    /// <summary>Whether the last join had the peer told rather than this side.</summary>
    public bool TellsFirst { get; private set; }

    /// <summary>Whether another server replies.</summary>
    public bool HasSubstitute { get; set; }

    /// <summary>Whether a path is open, so that the server matters less.</summary>
    public bool HasPath { get; set; }

    /// <summary>Joins, or says what is new: a fresh request.</summary>
    public void Join(Queue<RendezvousRequest> outbox, Instant now)
    {
        NoteReplaced();
        _id = ids.Next();
        _smallId = null;
        _smallJoins = IsNarrow ? _smallJoins + 1 : 0;
        TellsFirst = IsNarrow && _isSeeking && !TellsFirst;
        _isAsking = true;
        _sent = 0;
        _day = _dayThere ?? calendar.DayAt(now);

        // Another room, where nobody knows us yet. Who is together already needs neither.
        if (_day != _keptDay) { IsStored = false; }

        Send(outbox, now);
    }

    /// <summary>Shows the server that this side is there, or sees whether it has the seat; nothing where a join is under way.</summary>
    public void Check(Queue<RendezvousRequest> outbox, Instant now)
    {
        if (!_isAsking && IsStored && _checks.TrySpend(now)) { Join(outbox, now); }
    }

    /// <summary>Joins from another port, which the server has not seen yet.</summary>
    public void MoveTo(TransportAddress local, Queue<RendezvousRequest> outbox, Instant now)
    {
        Local = local;
        Mapped = null;
        _challenges = 0;
        Join(outbox, now);
    }

    /// <summary>There is a ticket: a server that does not keep this address may do so now.</summary>
    public void NoteTicket(Queue<RendezvousRequest> outbox, Instant now)
    {
        if (!IsStored && !_isAsking && Refusal is null && _ticketSent != seat.Version) { Join(outbox, now); }
    }

    /// <summary>Leaves, if the server keeps us or is about to. Nobody waits for the reply, so it is said twice.</summary>
    public void Leave(Queue<RendezvousRequest> outbox)
    {
        bool isAboutTo = _isAsking && _nonceLength > 0;
        for (int i = 0; i < Leaves && (IsStored || isAboutTo); i++)
        {
            outbox.Enqueue(new RendezvousRequest(this, IsLeave: true, _provenLocal) { IsSmall = IsNarrow });
        }
    }

    public ServerChange Timeout(Queue<RendezvousRequest> outbox, Instant now)
    {
        if (now < _next) { return ServerChange.None; }

        if (!_isAsking)
        {
            Join(outbox, now);
            return ServerChange.None;
        }

        Send(outbox, now);
        if (IsSilent || !HasAnswered || _sent <= SilentAfter) { return ServerChange.None; }

        IsSilent = true;
        return ServerChange.Silent;
    }

    /// <summary>Takes the ticket from the reply to a join that another one has replaced; false where it is none.</summary>
    public bool TryReceiveLate(in JoinReply reply, Queue<RendezvousRequest> outbox, Instant now)
    {
        if (!_replaced.Have(reply, seat.Version)) { return false; }

        seat.Take(reply.Ticket);
        NoteTicket(outbox, now);
        return true;
    }

    /// <summary>Whether this is the reply to the request under way, and names an address that a host can have.</summary>
    public bool IsReply(in JoinReply reply) =>
        _isAsking
        && (reply.TransactionId == _id || reply.TransactionId == _smallId)
        && (reply.Mapped is not { } mapped || (mapped.Port > 0 && mapped.Host.IsUnicast()));

    /// <summary>Takes in a reply; one that matches no request changes nothing and returns false.</summary>
    public bool TryReceive(in JoinReply reply, Queue<RendezvousRequest> outbox, Instant now, out ServerChange change)
    {
        change = ServerChange.None;
        if (!IsReply(reply)) { return false; }

        _isAsking = false;
        IsNarrow = reply.TransactionId == _smallId;
        RefusalKind refusal = _refusals.Take(reply.Error);
        LastRefusal = refusal == RefusalKind.None ? null : reply.Error;
        if (refusal == RefusalKind.Passing)
        {
            IsStored = false;
            _next = now + JoinPauses.WhenRefused;
            return true;
        }

        change = IsSilent ? ServerChange.Back : HasAnswered ? ServerChange.None : ServerChange.Answered;
        HasAnswered = true;
        IsSilent = false;
        Mapped = reply.Mapped is { } mapped ? mapped with { Transport = server.Transport } : Mapped;
        if (!reply.Nonce.IsEmpty)
        {
            _nonceLength = reply.Nonce.Length;
            _provenLocal = Local;
            reply.Nonce.CopyTo(_nonce);
        }

        if (refusal == RefusalKind.Firm)
        {
            bool isNew = Refusal != reply.Error;
            Refusal = reply.Error;
            IsStored = false;

            // While the peer is sought, data may be waiting for it: a refusal that was withdrawn is worth knowing soon.
            _next = now + (_isSeeking ? JoinPauses.WhenSilent : JoinPauses.Refresh);
            if (isNew) { change = ServerChange.Refused; }

            return true;
        }

        Refusal = null;
        if (reply.Day is { } day && day != _day)
        {
            MoveTo(day, outbox, now);
            return true;
        }

        NoteGranted(reply);
        bool isWorthAsking = !reply.Nonce.IsEmpty || _ticketSent != seat.Version;
        if (!IsStored && isWorthAsking && _challenges <= PatientChallenges) { Join(outbox, now); }
        else { _next = now + NextPause(); }

        return true;
    }

    /// <summary>The day whose room a request is for.</summary>
    public uint DayOf(bool isLeaving) => isLeaving && IsStored ? _keptDay : _day;

    /// <summary>Writes the request that was put into the outbox; 0 when it can't be.</summary>
    public int Write(
        in RendezvousRequest request, RoomId room, PartyId party, ReadOnlySpan<byte> hello, Span<byte> destination)
    {
        bool isLeaving = request.IsLeave;
        Span<byte> roomBytes = stackalloc byte[RoomId.Length];
        Span<byte> partyBytes = stackalloc byte[PartyId.Length];
        room.Write(roomBytes);
        party.Write(partyBytes);
        bool isElsewhere = !IsStored || (isLeaving ? _provenLocal : Local) != _keptLocal;
        if (!isLeaving) { _ticketSent = isElsewhere ? seat.Version : 0; }

        var join = new JoinRequest
        {
            TransactionId = isLeaving ? ids.Next() : request.IsSmall ? _smallId.GetValueOrDefault() : _id,
            Room = roomBytes,
            Day = DayOf(isLeaving),
            Party = partyBytes,
            Sealed = isLeaving ? default : hello,
            Nonce = isLeaving ? _nonce.AsSpan(0, _nonceLength) : Nonce,
            Ticket = isElsewhere ? seat.Bytes : default,
            WantsTicket = isElsewhere || seat.Version == 0 || seat.IsDoubted,
            IsSeeking = _isSeeking && !isLeaving,
            AnswersChecks = !isLeaving,
            HidesAddress = HidesAddress,
            TellsFirst = TellsFirst && request.IsSmall && !isLeaving,
            IsSmall = request.IsSmall,
            Password = Password,
            IsLeaving = isLeaving,
        };
        int length = request.IsSmall ? JoinRequest.SmallLength : JoinRequest.Length;
        return join.TryWrite(destination[..length]) ? length : 0;
    }

    private void NoteReplaced()
    {
        if (!_isAsking || _ticketSent == 0) { return; }

        _replaced.Add(_id, _ticketSent);
        if (_smallId is { } small) { _replaced.Add(small, _ticketSent); }
    }

    private void NoteGranted(in JoinReply reply)
    {
        IsStored = reply.Lifetime > TimeSpan.Zero;
        _challenges = IsStored ? 0 : _challenges + 1;
        bool isHeld = !IsStored && reply.Error is null;
        _holds = isHeld ? _holds + 1 : 0;
        if (isHeld && _ticketSent == seat.Version) { seat.IsDoubted = true; }

        if (!IsStored) { return; }

        _keptLocal = Local;
        _keptDay = _day;
        if (!reply.Ticket.IsEmpty) { seat.Take(reply.Ticket); }
    }

    // The server has another day: its rooms are of that one, and the peer hears the same.
    private void MoveTo(uint day, Queue<RendezvousRequest> outbox, Instant now)
    {
        IsStored = false;
        _next = now + JoinPauses.WhenSilent;
        if (!_days.TrySpend(now)) { return; }

        _dayThere = day;
        Join(outbox, now);
    }

    private void Send(Queue<RendezvousRequest> outbox, Instant now)
    {
        bool beginsSmall = IsNarrow && _smallJoins % LargeAgainAfter != 0;
        bool isSmall = _sent % 2 == 0 && (beginsSmall || _sent >= SmallAfter);
        if (isSmall) { _smallId ??= ids.Next(); }

        outbox.Enqueue(new RendezvousRequest(this, IsLeave: false, Local) { IsSmall = isSmall });
        bool isNeedless = HasSubstitute && !HasAnswered && _sent > SilentAfter;
        TimeSpan pause = isNeedless ? JoinPauses.WhenNeedless : IsSilent ? JoinPauses.WhenSilent : JoinPauses.At(_sent);
        _sent++;
        _next = now + pause;
    }

    private TimeSpan NextPause()
    {
        if (!IsStored) { return _holds is > 0 and <= PatientHolds && seat.Version > 0 ? JoinPauses.WhenRefused : JoinPauses.WhenSilent; }

        if (_isSeeking) { return JoinPauses.WhileSeeking(_seekRung++); }

        TimeSpan refresh = HasPath ? JoinPauses.RefreshWithPath : JoinPauses.Refresh;
        return refresh - JoinPauses.RefreshSpread + _random.NextDuration(JoinPauses.RefreshSpread * 2);
    }
}

/// <summary>A request that waits to be sent. Its bytes are written when the driver takes it.</summary>
/// <param name="Client">Whose request it is.</param>
/// <param name="IsLeave">Whether it gives up the seat; otherwise it joins.</param>
/// <param name="Local">The local port to send from.</param>
internal readonly record struct RendezvousRequest(RendezvousClient Client, bool IsLeave, TransportAddress Local)
{
    /// <summary>Whether it is a small one.</summary>
    public bool IsSmall { get; init; }
}
