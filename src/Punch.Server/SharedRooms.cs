using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Serving.Rooms;

namespace Punch.Server;

/// <summary>
/// The rooms that all UDP sockets of a server share, behind one lock: the two parties of a room may use different address families.
/// </summary>
internal sealed class SharedRooms(IRoomDirectory rooms) : IRoomDirectory
{
    private const long Never = long.MaxValue;

    private readonly Lock _lock = new();
    private long _next = Never;

    public RoomCounts Counts
    {
        get
        {
            lock (_lock) { return rooms.Counts; }
        }
    }

    // Read without the lock: each thread asks after each batch of datagrams.
    public Instant? NextTimeout => Volatile.Read(ref _next) is var next && next == Never ? null : new Instant(next);

    public bool Begin(in JoinRequest join, in JoinTicket ticket, Instant now, RoomReply reply)
    {
        lock (_lock)
        {
            bool isAnswered = rooms.Begin(join, ticket, now, reply);
            NoteNext();
            return isAnswered;
        }
    }

    public SeatPlace SeatOf(ReadOnlySpan<byte> room, ReadOnlySpan<byte> party, in TransportAddress client, Instant now)
    {
        lock (_lock) { return rooms.SeatOf(room, party, client, now); }
    }

    public void Timeout(Instant now)
    {
        lock (_lock)
        {
            rooms.Timeout(now);
            NoteNext();
        }
    }

    private void NoteNext() => Volatile.Write(ref _next, rooms.NextTimeout?.Ticks ?? Never);
}
