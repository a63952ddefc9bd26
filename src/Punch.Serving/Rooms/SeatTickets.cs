using System.Buffers.Binary;
using System.Security.Cryptography;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Serving.Rooms;

/// <summary>
/// Makes and checks the TICKET by which a party shows, at an address that its seat does not have, that the seat is its own. The names of
/// the room and the party are shown to others, so they show nothing. A ticket is a keyed hash of both and of the seat's stamp, which is
/// another one after each move: what somebody saw in a join that moved the seat is worth nothing.
/// </summary>
/// <remarks><c>SipHash-2-4-128(room, party, stamp)</c>, 16 bytes.</remarks>
internal readonly struct SeatTickets(ulong key0, ulong key1)
{
    private readonly SipHash _hash = new(key0, key1);

    /// <summary>Writes the ticket of a seat.</summary>
    public void Write(in NameWords room, in NameWords party, uint stamp, Span<byte> ticket)
    {
        (ulong low, ulong high) = _hash.LongOf(room.First, room.Second, party.First, party.Second, stamp);
        BinaryPrimitives.WriteUInt64BigEndian(ticket, low);
        BinaryPrimitives.WriteUInt64BigEndian(ticket[sizeof(ulong)..], high);
    }

    /// <summary>Whether these bytes, any, are the ticket of a seat.</summary>
    public bool IsRight(ReadOnlySpan<byte> ticket, in NameWords room, in NameWords party, uint stamp)
    {
        if (ticket.Length != RendezvousLimits.Ticket) { return false; }

        Span<byte> right = stackalloc byte[RendezvousLimits.Ticket];
        Write(room, party, stamp, right);
        return CryptographicOperations.FixedTimeEquals(ticket, right);
    }
}
