using Punch.Protocol;
using Punch.Protocol.Relay;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;

namespace Punch.Server;

/// <summary>
/// The relay that all UDP sockets of a server share, behind one lock: the two legs of a session may be of different families.
/// </summary>
internal sealed class SharedRelay(IRelay relay) : IRelay
{
    private const long Never = long.MaxValue;

    private readonly Lock _lock = new();
    private long _next = Never;

    public RelayCounts Counts
    {
        get
        {
            lock (_lock) { return relay.Counts; }
        }
    }

    public RelayLimits Limits => relay.Limits;

    // Without the lock: each thread asks after each batch of datagrams.
    public Instant? NextTimeout => Volatile.Read(ref _next) is var next && next == Never ? null : new Instant(next);

    public bool Holds(in BindRequest request, in TransportAddress client)
    {
        lock (_lock) { return relay.Holds(request, client); }
    }

    public BindDecision Bind(in BindRequest request, in TransportAddress client, in Arrival arrival, IRoomDirectory rooms, Instant now)
    {
        lock (_lock)
        {
            BindDecision decision = relay.Bind(request, client, arrival, rooms, now);
            NoteNext();
            return decision;
        }
    }

    public void Leave(in BindRequest request, in TransportAddress client, Instant now)
    {
        lock (_lock)
        {
            relay.Leave(request, client, now);
            NoteNext();
        }
    }

    // A frame only puts the next timeout off, and one that comes early does no harm.
    public FrameOutcome Route(in TransportAddress client, int length, Instant now, out NoticeTarget target)
    {
        lock (_lock) { return relay.Route(client, length, now, out target); }
    }

    public bool TryTell(out RelayNews news)
    {
        lock (_lock) { return relay.TryTell(out news); }
    }

    public void Drain(TimeSpan lifetime, Instant now)
    {
        lock (_lock)
        {
            relay.Drain(lifetime, now);
            NoteNext();
        }
    }

    public void Timeout(Instant now)
    {
        lock (_lock)
        {
            relay.Timeout(now);
            NoteNext();
        }
    }

    private void NoteNext() => Volatile.Write(ref _next, relay.NextTimeout?.Ticks ?? Never);
}
