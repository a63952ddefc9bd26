using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Serving.Limits;
using Punch.Serving.Tables;

namespace Punch.Serving.Rooms;

/// <summary>
/// The rooms in this process's memory. It answers at once, and allocates only when there are more parties than ever before. One caller owns
/// it.
/// <para>
/// It keeps nothing for an address that has not proven that it gets what is sent to it. A party that waits pays a round trip for that
/// proof, since it makes state. One that comes to a party that waits does not: it gets the other's entry at once, and the other is told at
/// once (<see cref="RendezvousOutcome.Introduced"/>).
/// </para>
/// <para>
/// Who knows the names of a room and a party may do nothing with its seat. It is refreshed from its own addresses alone; only its ticket
/// moves it to another one, gives it a second one, or gives it up from there (<see cref="SeatTickets"/>), unless it was silent for long.
/// </para>
/// </summary>
public sealed class MemoryRooms : IRoomDirectory
{
    /// <summary>
    /// How many rooms there may be unless told otherwise: 40 MB if a party waits in each, 130 MB if two in each say as much as they can.
    /// </summary>
    public const int DefaultMaxRooms = 100_000;

    /// <summary>The most rooms there may be.</summary>
    public const int MostRooms = 16_000_000;

    /// <summary>
    /// How many parties <see cref="Timeout"/> forgets in one call: a million that are due at once must not keep the joins waiting.
    /// </summary>
    internal const int ForgottenAtOnce = 16_384;

    /// <summary>How long a party is kept without another join.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a seat is silent until a proven join moves it without a ticket: a client joins again every 33 s at most. Clients of before
    /// there were tickets move that way.
    /// </summary>
    internal static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(45);

    // Each join makes one party at most, so this forgets faster than a table can fill.
    private const int ForgottenPerJoin = 4;

    // Between two portions.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly ArrivalNumbers _arrivals = new();
    private readonly RoomTable _rooms;
    private readonly SeatTickets _tickets;
    private Instant _pausedUntil = new(long.MinValue);

    /// <param name="maxRooms">How many rooms there may be, 1 to <see cref="MostRooms"/>.</param>
    /// <param name="key0">
    /// Half of a secret from a secure source: without it, nobody can choose names that are slow to find, or move a seat.
    /// </param>
    /// <param name="key1">The other half.</param>
    /// <param name="hasShares">Whether no network may hold more than its share of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of rooms is.</exception>
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
        if (view.Mine == Slab.None) { return SeatPlace.None; }

        return _rooms.IsAt(view.Mine, client, now) ? SeatPlace.Here : SeatPlace.Elsewhere;
    }

    /// <summary>Forgets parties past their lifetime. Joins do so too, a few at a time, and never count or tell one.</summary>
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
        if (view.IsCrowded) { return RendezvousOutcome.Crowded; }

        SeatClaim claim = Weigh(join, ticket, view, now);
        if (join.IsLeaving) { return Leave(view, claim); }

        if (!ticket.IsProven)
        {
            bool isIntroduced = view.Others > 0 && claim is (SeatClaim.Vacant or SeatClaim.Ticket);
            return isIntroduced ? Introduce(join, ticket, view, now, reply) : RendezvousOutcome.Challenged;
        }

        if (claim != SeatClaim.None) { return Seat(join, ticket, view, claim, now, reply); }

        if (view.Others > 0) { _rooms.Describe(view.Other, now, reply.Peer); }

        return RendezvousOutcome.Held;
    }

    /// <summary>What gives the sender of a join a right to the seat of its party.</summary>
    private SeatClaim Weigh(in JoinRequest join, in JoinTicket ticket, in RoomView view, Instant now)
    {
        if (view.Mine == Slab.None) { return SeatClaim.Vacant; }

        if (ticket.IsProven && _rooms.IsAt(view.Mine, ticket.Client, now)) { return SeatClaim.Address; }

        uint stamp = _rooms.StampOf(view.Mine);
        if (_tickets.IsRight(join.Ticket, NameWords.Of(join.Room), NameWords.Of(join.Party), stamp)) { return SeatClaim.Ticket; }

        return ticket.IsProven && now - _rooms.SeenAt(view.Mine) >= SilentAfter ? SeatClaim.Silence : SeatClaim.None;
    }

    private RendezvousOutcome Leave(in RoomView view, SeatClaim claim)
    {
        if (claim is SeatClaim.None or SeatClaim.Silence) { return RendezvousOutcome.Held; }

        if (claim != SeatClaim.Vacant) { _rooms.Remove(view.Mine); }

        return RendezvousOutcome.Left;
    }

    /// <summary>Keeps the sender, or moves it to the address that it has proven.</summary>
    private RendezvousOutcome Seat(
        in JoinRequest join, in JoinTicket ticket, in RoomView view, SeatClaim claim, Instant now, RoomReply reply)
    {
        NameWords room = NameWords.Of(join.Room);
        NameWords party = NameWords.Of(join.Party);
        int mine = view.Mine;
        bool isNew = claim == SeatClaim.Vacant;
        if (isNew && !_rooms.TryAdd(view, room, party, ticket.Client.Host, out mine))
        {
            // No place to keep it, but its peer waits: the two may meet all the same.
            return view.Others == 0 ? RendezvousOutcome.Full : Introduce(join, ticket, view, now, reply);
        }

        // After a silence the ticket stays right, so whose seat it was takes it back at once.
        if (claim == SeatClaim.Ticket) { _rooms.Restamp(mine); }

        if (join.WantsTicket) { _tickets.Write(room, party, _rooms.StampOf(mine), reply.AddTicket()); }

        bool isChanged = _rooms.Refresh(mine, join.Sealed, ticket.Client, _arrivals.Of(ticket.Arrival), now) || isNew;
        if (view.Others == 0) { return RendezvousOutcome.Waiting; }

        _rooms.Describe(view.Other, now, reply.Peer);
        if (!isChanged && !join.IsSeeking) { return RendezvousOutcome.Paired; }

        _rooms.Describe(mine, now, reply.Self);
        AddTargets(view.Other, now, reply);
        return RendezvousOutcome.Paired;
    }

    /// <summary>Brings an unproven address and a waiting party together; nothing is kept.</summary>
    private RendezvousOutcome Introduce(in JoinRequest join, in JoinTicket ticket, in RoomView view, Instant now, RoomReply reply)
    {
        bool isV6 = ticket.Client.Host.IsV6;
        _rooms.Describe(view.Other, now, reply.Peer);
        reply.Self.Set(new PeerEntry
        {
            Party = join.Party,
            Sealed = join.Sealed,
            V4 = isV6 ? null : ticket.Client,
            V6 = isV6 ? ticket.Client : null,
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

/// <summary>What gives the sender of a join a right to the seat of the party that it names.</summary>
internal enum SeatClaim
{
    /// <summary>Nothing does.</summary>
    None,

    /// <summary>The party has no seat yet.</summary>
    Vacant,

    /// <summary>The sender has proven that it is at an address of the seat.</summary>
    Address,

    /// <summary>The ticket of the seat, from wherever.</summary>
    Ticket,

    /// <summary>The sender's address is proven, and nobody was seen in the seat for long.</summary>
    Silence,
}
