using System.Buffers.Binary;
using System.Security.Cryptography;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Serving.Rooms;

/// <summary>
/// Makes and checks the TICKET of a seat. With it, a party proves from a new address that the seat is its own. Others see the names of the
/// room and the party, so the names prove nothing. A ticket is a keyed hash of both names and of the seat's stamp. Each move changes the
/// stamp. So a ticket seen in a join that moved the seat is worthless.
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

    /// <summary>Whether these bytes are the ticket of a seat.</summary>
    public bool IsRight(ReadOnlySpan<byte> ticket, in NameWords room, in NameWords party, uint stamp)
    {
        if (ticket.Length != RendezvousLimits.Ticket) { return false; }

        Span<byte> right = stackalloc byte[RendezvousLimits.Ticket];
        Write(room, party, stamp, right);
        return CryptographicOperations.FixedTimeEquals(ticket, right);
    }
}
