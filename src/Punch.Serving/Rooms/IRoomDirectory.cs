using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Serving.Rooms;

/// <summary>
/// Knows which party is in which room. Several machines may share a directory; it then locks. A remote directory cannot answer at once. It
/// answers later by <see cref="ServerMachine.Complete"/> on the machine that asked, with the ticket of the request.
/// </summary>
public interface IRoomDirectory
{
    /// <summary>The number of rooms. Any thread may read it; reading changes nothing.</summary>
    RoomCounts Counts { get; }

    /// <summary>When <see cref="Timeout"/> must be called next; null for never.</summary>
    Instant? NextTimeout { get; }

    /// <summary>Begins to decide about a join.</summary>
    /// <param name="join">The join; its views are valid during the call.</param>
    /// <param name="ticket">The sender; it comes back with a later answer.</param>
    /// <param name="now">The current time.</param>
    /// <param name="reply">Receives an answer that is given at once.</param>
    /// <returns>Whether it is answered at once; false if the answer comes later, or never.</returns>
    bool Begin(in JoinRequest join, in JoinTicket ticket, Instant now, RoomReply reply);

    /// <summary>Where a party has its seat, seen from an address: what decides whether a relay serves it there.</summary>
    /// <param name="room">The room, 16 bytes.</param>
    /// <param name="party">The party, 16 bytes.</param>
    /// <param name="client">The address, which is proven.</param>
    /// <param name="now">When.</param>
    SeatPlace SeatOf(ReadOnlySpan<byte> room, ReadOnlySpan<byte> party, in TransportAddress client, Instant now);

    /// <summary>Forgets parties whose lifetime is over.</summary>
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

/// <summary>The number of rooms.</summary>
/// <param name="Rooms">Rooms with one or two parties.</param>
/// <param name="Waiting">Rooms with one party, which waits.</param>
public readonly record struct RoomCounts(int Rooms, int Waiting);

/// <summary>The sender of a join and how it arrived: what the machine needs for its reply.</summary>
/// <param name="TransactionId">Connects the reply to the join.</param>
/// <param name="Client">The source address of the join.</param>
/// <param name="Arrival">How the join arrived.</param>
/// <param name="IsProven">
/// Whether its NONCE proves that the client receives at its address. Otherwise nothing about the client may be stored.
/// </param>
/// <param name="IsNonceAging">Whether that NONCE soon expires.</param>
public readonly record struct JoinTicket(
    TransactionId TransactionId, TransportAddress Client, Arrival Arrival, bool IsProven, bool IsNonceAging)
{
    /// <summary>Its length in bytes: what it causes to be sent has no more.</summary>
    public int Length { get; init; } = JoinRequest.Length;

    /// <summary>Whether, where there is not room for both, the other party is told rather than the sender.</summary>
    public bool TellsFirst { get; init; }
}
