using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Serving.Limits;
using Punch.Serving.Tables;

namespace Punch.Serving.Rooms;

/// <summary>
/// The rooms in this process's memory. It answers at once, and allocates only if there are more parties than ever before. One caller owns
/// it.
/// <para>
/// It stores nothing for an address that has not proven that it receives. A party that waits pays a round trip for that proof, because it
/// creates state. A party that joins a waiting one does not: it gets the other's entry at once, and the other gets a notice at once
/// (<see cref="RendezvousOutcome.Introduced"/>).
/// </para>
/// <para>
/// The names of a room and a party give no right to its seat. Only joins from the seat's own addresses refresh it. Only its ticket moves it
/// to another address, adds a second one, or gives it up from there (<see cref="SeatTickets"/>). A seat that was silent for long needs no
/// ticket. The reply with a new ticket may be lost, and the party's address may change at that moment. Then the ticket that moved the seat
/// last does it again, if the seat's address is asked in vain whether the party is there.
/// </para>
/// <para>
/// A process that was killed leaves its seat behind. So who comes when both seats are taken, or seeks a peer that is not heard, has the
/// others asked whether they are there. A seat whose party says nothing to several of these is free. So is one at the very address
/// that another party has proven to be its own.
/// </para>
/// </summary>
public sealed class MemoryRooms : IRoomDirectory
{
    /// <summary>
    /// The default of the most rooms: 40 MB if one party waits in each, 130 MB if each has two parties with the longest messages.
    /// </summary>
    public const int DefaultMaxRooms = 100_000;

    /// <summary>The largest allowed number of rooms.</summary>
    public const int MostRooms = 16_000_000;

    /// <summary>
    /// The most parties that <see cref="Timeout"/> forgets in one call. If a million are due at once, joins must not wait for them.
    /// </summary>
    internal const int ForgottenAtOnce = 16_384;

    /// <summary>How long a party is kept after its last join.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a seat must be silent before a proven join moves it without a ticket. A client joins again every 33 s at most. Clients
    /// without tickets, of earlier versions, move that way.
    /// </summary>
    internal static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(45);

    /// <summary>How often a party is asked in vain until its seat is free.</summary>
    internal const int ChecksOfGone = 3;

    /// <summary>How long it has where another one wants the seat: more than two round trips over a satellite.</summary>
    internal static readonly TimeSpan GoneAfter = TimeSpan.FromSeconds(1.5);

    /// <summary>The same where its peer only seeks it: its network may be down for a moment, and only its seat brings it back.</summary>
    internal static readonly TimeSpan GoneForPeerAfter = TimeSpan.FromSeconds(10);

    // Each join makes one party at most, so this forgets faster than a table can fill.
    private const int ForgottenPerJoin = 4;

    // Between two portions of forgotten parties.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly ArrivalNumbers _arrivals = new();
    private readonly RoomTable _rooms;
    private readonly SeatTickets _tickets;
    private Instant _pausedUntil = new(long.MinValue);

    /// <param name="maxRooms">The most rooms, 1 to <see cref="MostRooms"/>.</param>
    /// <param name="key0">
    /// Half of a secret from a secure source. Without it, a stranger cannot choose names that are slow to find, or move a seat.
    /// </param>
    /// <param name="key1">The other half of the secret.</param>
    /// <param name="hasShares">Whether each network is limited to its share of the rooms.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of rooms is out of its range.</exception>
    public MemoryRooms(int maxRooms, ulong key0, ulong key1, bool hasShares = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRooms, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxRooms, MostRooms);
        var keys = new KeySource(key0, key1);
        (ulong First, ulong Second) room = keys.For(KeyPurpose.RoomHash), ticket = keys.For(KeyPurpose.SeatTicket);
        _rooms = new RoomTable(maxRooms, room.First, room.Second, hasShares ? ShareLimits.OfRooms(maxRooms) : ShareLimits.None);
        _tickets = new SeatTickets(ticket.First, ticket.Second);
    }

    /// <inheritdoc/>
    public RoomCounts Counts => new(_rooms.Rooms, (2 * _rooms.Rooms) - _rooms.Parties);

    /// <inheritdoc/>
    public Instant? NextTimeout => _rooms.NextExpiry is { } next ? (next > _pausedUntil ? next : _pausedUntil) : null;

    /// <inheritdoc/>
    public bool Begin(in JoinRequest join, in JoinTicket ticket, Instant now, RoomReply reply)
    {
        _rooms.Expire(now, ForgottenPerJoin);
        reply.Reset();
        reply.Outcome = Decide(join, ticket, now, reply);
        return true;
    }

    /// <inheritdoc/>
    public SeatPlace SeatOf(ReadOnlySpan<byte> room, ReadOnlySpan<byte> party, in TransportAddress client, Instant now)
    {
        RoomView view = _rooms.Look(NameWords.Of(room), NameWords.Of(party), now);
        if (view.Mine == PagedPool.None) { return SeatPlace.None; }

        return _rooms.IsAt(view.Mine, client, now) ? SeatPlace.Here : SeatPlace.Elsewhere;
    }

    /// <summary>
    /// Forgets parties past their lifetime. Joins also forget a few at a time. Neither counts such parties or names them to others.
    /// </summary>
    public void Timeout(Instant now)
    {
        if (_rooms.Expire(now, ForgottenAtOnce)) { _pausedUntil = now + Pause; }
    }

    private RendezvousOutcome Decide(in JoinRequest join, in JoinTicket ticket, Instant now, RoomReply reply)
    {
        if (join.IsLeaving && !ticket.IsProven) { return RendezvousOutcome.Challenged; }

        NameWords room = NameWords.Of(join.Room);
        NameWords party = NameWords.Of(join.Party);
        RoomView view = _rooms.Look(room, party, now);
        if (!join.IsLeaving && ticket.IsProven && Clear(join, ticket, view, now)) { view = _rooms.Look(room, party, now); }

        if (view.IsCrowded) { return Crowd(join, ticket, view, now, reply); }

        SeatClaim claim = Weigh(join, ticket, view, now);
        if (join.IsLeaving) { return Leave(view, claim); }

        if (!ticket.IsProven)
        {
            bool isIntroduced = view.Others > 0 && claim is (SeatClaim.Vacant or SeatClaim.Ticket);
            return isIntroduced ? Introduce(join, ticket, view, now, reply) : RendezvousOutcome.Challenged;
        }

        if (claim is SeatClaim.None or SeatClaim.Spent) { return Hold(ticket, view, claim, now, reply); }

        return Seat(join, ticket, view, claim, now, reply);
    }

    /// <summary>Leaves a seat where it is. With the ticket that moved it there, the party is asked whether it still is.</summary>
    private RendezvousOutcome Hold(in JoinTicket ticket, in RoomView view, SeatClaim claim, Instant now, RoomReply reply)
    {
        // A small join leaves no room for the question beside the other party.
        bool isAsked = claim == SeatClaim.Spent && ticket.Length == JoinRequest.Length && _rooms.Check(view.Mine, now) > 0;
        if (isAsked)
        {
            reply.IsCheck = true;
            AddTargets(view.Mine, now, reply);
        }

        if (view.Others > 0) { _rooms.Describe(view.Other, now, reply.Peer); }

        return RendezvousOutcome.Held;
    }

    /// <summary>Frees the seats of parties that are gone; returns whether there were any.</summary>
    private bool Clear(in JoinRequest join, in JoinTicket ticket, in RoomView view, Instant now)
    {
        bool isFirstGone = view.Others > 0 && IsGone(view.Other, join, ticket, view, now);
        bool isSecondGone = view.Others > 1 && IsGone(view.Another, join, ticket, view, now);
        if (isFirstGone) { _rooms.Remove(view.Other); }

        if (isSecondGone) { _rooms.Remove(view.Another); }

        return isFirstGone || isSecondGone;
    }

    private bool IsGone(int other, in JoinRequest join, in JoinTicket ticket, in RoomView view, Instant now)
    {
        bool isSought = view.IsCrowded || (join.IsSeeking && view.Mine != PagedPool.None);
        TimeSpan after = view.IsCrowded ? GoneAfter : GoneForPeerAfter;
        return (isSought && _rooms.IsGone(other, after, now)) || (view.Mine == PagedPool.None && _rooms.IsAt(other, ticket.Client, now));
    }

    /// <summary>Refuses a third party that has proven its address, and asks the two whether they are there.</summary>
    private RendezvousOutcome Crowd(in JoinRequest join, in JoinTicket ticket, in RoomView view, Instant now, RoomReply reply)
    {
        if (!ticket.IsProven) { return RendezvousOutcome.Challenged; }

        if (join.IsLeaving) { return RendezvousOutcome.Crowded; }

        reply.IsCheck = true;
        foreach (int other in (ReadOnlySpan<int>)[view.Other, view.Another])
        {
            int checks = _rooms.Check(other, now);
            if (checks == 0) { continue; }

            // One of its addresses at a time, so that two parties with two each are asked within the bytes that came.
            int count = _rooms.LocateTargets(other, now, out Whereabouts first, out Whereabouts second);
            Whereabouts asked = count > 1 && checks % 2 == 0 ? second : first;
            if (count > 0) { reply.AddTarget(new NoticeTarget(asked.Address, _arrivals[asked.Arrival])); }
        }

        return RendezvousOutcome.Crowded;
    }

    /// <summary>What gives the sender of a join a right to the seat of its party.</summary>
    private SeatClaim Weigh(in JoinRequest join, in JoinTicket ticket, in RoomView view, Instant now)
    {
        if (view.Mine == PagedPool.None) { return SeatClaim.Vacant; }

        if (ticket.IsProven && _rooms.IsAt(view.Mine, ticket.Client, now)) { return SeatClaim.Address; }

        if (IsTicket(join, _rooms.StampOf(view.Mine))) { return SeatClaim.Ticket; }

        if (!ticket.IsProven) { return SeatClaim.None; }

        if (now - _rooms.SeenAt(view.Mine) >= SilentAfter) { return SeatClaim.Silence; }

        if (join.IsLeaving || !IsTicket(join, _rooms.MovedBy(view.Mine))) { return SeatClaim.None; }

        return _rooms.IsGone(view.Mine, GoneAfter, now) ? SeatClaim.SpentAndGone : SeatClaim.Spent;
    }

    private bool IsTicket(in JoinRequest join, uint stamp) =>
        _tickets.IsRight(join.Ticket, NameWords.Of(join.Room), NameWords.Of(join.Party), stamp);

    private RendezvousOutcome Leave(in RoomView view, SeatClaim claim)
    {
        if (claim is SeatClaim.None or SeatClaim.Silence) { return RendezvousOutcome.Held; }

        if (claim != SeatClaim.Vacant) { _rooms.Remove(view.Mine); }

        return RendezvousOutcome.Left;
    }

    /// <summary>Stores the sender, or moves it to the address that it has proven.</summary>
    private RendezvousOutcome Seat(
        in JoinRequest join, in JoinTicket ticket, in RoomView view, SeatClaim claim, Instant now, RoomReply reply)
    {
        NameWords room = NameWords.Of(join.Room);
        NameWords party = NameWords.Of(join.Party);
        int mine = view.Mine;
        bool isNew = claim == SeatClaim.Vacant;
        if (isNew && !_rooms.TryAdd(view, room, party, ticket.Client.Host, out mine))
        {
            // There is no place to store it, but its peer waits: the two can still meet.
            return view.Others == 0 ? RendezvousOutcome.Full : Introduce(join, ticket, view, now, reply);
        }

        // After a silence the newest ticket stays valid, so the seat's owner can take it back at once.
        if (claim == SeatClaim.Ticket) { _rooms.Restamp(mine); }

        if (join.WantsTicket) { _tickets.Write(room, party, _rooms.StampOf(mine), reply.AddTicket()); }

        SeatTraits answers = join.AnswersChecks ? SeatTraits.AnswersChecks : SeatTraits.None;
        _rooms.NoteTraits(mine, answers | (join.HidesAddress ? SeatTraits.HidesAddress : SeatTraits.None));
        bool isChanged = _rooms.Refresh(mine, join.Sealed, ticket.Client, _arrivals.Of(ticket.Arrival), now) || isNew;
        if (view.Others == 0) { return RendezvousOutcome.Waiting; }

        _rooms.Describe(view.Other, now, reply.Peer);
        if (!isChanged && !join.IsSeeking) { return RendezvousOutcome.Paired; }

        _rooms.Describe(mine, now, reply.Self);

        // A small join may leave no room to tell the other party, and who is not asked need not answer.
        bool isAsked = join.IsSeeking && ticket.Length == JoinRequest.Length;
        reply.IsCheck = isAsked && _rooms.Check(view.Other, now) > 0;
        AddTargets(view.Other, now, reply);
        return RendezvousOutcome.Paired;
    }

    /// <summary>Introduces an unproven address to a waiting party. Nothing is stored.</summary>
    private RendezvousOutcome Introduce(in JoinRequest join, in JoinTicket ticket, in RoomView view, Instant now, RoomReply reply)
    {
        bool isV6 = ticket.Client.Host.IsV6;
        TransportAddress? shown = ticket.Client.IsStream || join.HidesAddress ? null : ticket.Client;
        _rooms.Describe(view.Other, now, reply.Peer);
        reply.Self.Set(new PeerEntry
        {
            Party = join.Party,
            Sealed = join.Sealed,
            V4 = isV6 ? null : shown,
            V6 = isV6 ? shown : null,
        });
        AddTargets(view.Other, now, reply);
        return RendezvousOutcome.Introduced;
    }

    private void AddTargets(int other, Instant now, RoomReply reply)
    {
        int count = _rooms.LocateTargets(other, now, out Whereabouts first, out Whereabouts second);
        if (count > 0) { reply.AddTarget(new NoticeTarget(first.Address, _arrivals[first.Arrival])); }

        if (count > 1) { reply.AddTarget(new NoticeTarget(second.Address, _arrivals[second.Arrival])); }
    }
}

/// <summary>Which right the sender of a join has to the seat of the party that it names.</summary>
internal enum SeatClaim
{
    /// <summary>No right.</summary>
    None,

    /// <summary>The party has no seat yet.</summary>
    Vacant,

    /// <summary>The sender has proven an address of the seat.</summary>
    Address,

    /// <summary>The sender has the seat's ticket. Its address does not matter.</summary>
    Ticket,

    /// <summary>The sender has proven its address, and has the ticket that moved the seat to where it is.</summary>
    Spent,

    /// <summary>The same, and at its address nobody answered.</summary>
    SpentAndGone,

    /// <summary>The sender's address is proven, and the seat was silent for long.</summary>
    Silence,
}
