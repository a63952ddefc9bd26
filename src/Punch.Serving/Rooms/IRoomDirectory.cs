using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Serving.Rooms;

/// <summary>
/// Who is in which room. Several machines may share one: it then locks. A directory elsewhere cannot answer at once. It answers later, by
/// <see cref="ServerMachine.Complete"/> on the machine that asked, with the ticket that came with the question.
/// </summary>
public interface IRoomDirectory
{
    /// <summary>How many rooms there are. Any thread may read it; nothing changes by that.</summary>
    RoomCounts Counts { get; }

    /// <summary>When <see cref="Timeout"/> wants to be called next; null for never.</summary>
    Instant? NextTimeout { get; }

    /// <summary>Begins to decide about a join.</summary>
    /// <param name="join">What the party says; views that are valid during the call.</param>
    /// <param name="ticket">Who sent it; comes back with an answer that is given later.</param>
    /// <param name="now">When.</param>
    /// <param name="reply">Takes an answer that is given at once.</param>
    /// <returns>Whether it is answered; false when the answer comes later, or never.</returns>
    bool Begin(in JoinRequest join, in JoinTicket ticket, Instant now, RoomReply reply);

    /// <summary>Where a party has its seat, seen from an address: what decides whether a relay serves it there.</summary>
    /// <param name="room">The room, 16 bytes.</param>
    /// <param name="party">The party, 16 bytes.</param>
    /// <param name="client">The address, which is proven.</param>
    /// <param name="now">When.</param>
    SeatPlace SeatOf(ReadOnlySpan<byte> room, ReadOnlySpan<byte> party, in TransportAddress client, Instant now);

    /// <summary>Forgets parties whose time is over.</summary>
    void Timeout(Instant now);
}

/// <summary>Where a party's seat is.</summary>
public enum SeatPlace
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>At other addresses.</summary>
    Elsewhere,

    /// <summary>At the address that was asked about.</summary>
    Here,
}

/// <summary>How many rooms there are.</summary>
/// <param name="Rooms">With one or two parties.</param>
/// <param name="Waiting">With one party, which waits.</param>
public readonly record struct RoomCounts(int Rooms, int Waiting);

/// <summary>Who sent a join, and how: what the machine needs for its reply.</summary>
/// <param name="TransactionId">Ties the reply to the join.</param>
/// <param name="Client">Where the join came from.</param>
/// <param name="Arrival">How it came.</param>
/// <param name="IsProven">Whether its NONCE proves that the client gets what is sent to its address. Else nothing may be kept of
/// it.</param>
/// <param name="IsNonceAging">Whether that NONCE is soon too old.</param>
public readonly record struct JoinTicket(
    TransactionId TransactionId, TransportAddress Client, Arrival Arrival, bool IsProven, bool IsNonceAging);
