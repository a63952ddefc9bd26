using Punch.Protocol.Channels;
using Punch.Protocol.Paths;
using Punch.Protocol.Text;
namespace Punch.Protocol.Session;

/// <summary>What is known of one session id heard from the peer's host: the peer, its next life after a restart, or a forger.</summary>
internal sealed class RemotePeer(ulong id, in Route route, Instant now)
{
    /// <summary>Two families, and a move of the NAT in each.</summary>
    private const int RememberedRoutes = 4;

    private readonly Queue<Route> _routes = new(RememberedRoutes);
    private SequenceWindow _received;
    private uint _inboundBase;
    private uint _inboundBaseCount;
    private (uint Sequence, uint Received)? _outboundBase;
    private (uint Sequence, uint Received) _outboundNow;
    private uint _lapsed;

    public ulong Id { get; } = id;

    /// <summary>The way its newest message came.</summary>
    public Route Route { get; private set; } = route;

    /// <summary>When its newest message came.</summary>
    public Instant HeardAt { get; private set; } = now;

    /// <summary>Whether it named our id: it is the peer that we reach, not a forger of its address.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Whether it showed that it, too, has its proof.</summary>
    public bool HasProof { get; private set; }

    /// <summary>Whether it said that it leaves; this id does not come back.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Our newest message that it confirmed; 0 for none.</summary>
    public uint Confirmed { get; private set; }

    /// <summary>
    /// Whether a confirmation may open a path. What it confirmed before the path fell silent does not show that it hears us now. Of several
    /// streams the side with the smaller id keeps the one that is proven first, and closes the others before it shows its proof: the other
    /// side waits for that.
    /// </summary>
    /// <param name="confirmed">Our newest message that it confirms.</param>
    /// <param name="ownId">The id of this side where there may be several streams; 0 otherwise.</param>
    public bool MayOpen(uint confirmed, ulong ownId) => confirmed > StaleUpTo && (HasProof || ownId <= Id);

    /// <summary>Our newest message that it had confirmed when the path fell silent; 0 before.</summary>
    private uint StaleUpTo { get; set; }

    /// <summary>Our first message that named its id: a peer that confirms it or a later one has its proof. 0 for none yet.</summary>
    public uint FirstNaming { get; private set; }

    public Loss Inbound => new(
        Expected: _received.Highest - _inboundBase,
        Lost: Missing(_received.Highest - _inboundBase, _received.Count - _inboundBaseCount));

    public Loss Outbound
    {
        get
        {
            (uint sequence, uint received) = _outboundBase ?? _outboundNow;
            uint expected = Math.Max(_outboundNow.Sequence, _outboundBase is null ? 0 : _lapsed) - sequence;
            return new Loss(expected, Missing(expected, _outboundNow.Received - received));
        }
    }

    /// <summary>
    /// Notes that it was heard by a route; returns whether that is new. Two sides that flip between two routes reply once to each.
    /// </summary>
    public bool HearOn(in Route route)
    {
        if (_routes.Contains(route)) { return false; }

        if (_routes.Count == RememberedRoutes) { _routes.Dequeue(); }

        _routes.Enqueue(route);
        return true;
    }

    public SequenceOrder Receive(uint sequence, in Route route, Instant now)
    {
        SequenceOrder order = _received.Add(sequence);
        if (order == SequenceOrder.Newest)
        {
            Route = route;
            HeardAt = now;
        }

        return order;
    }

    /// <summary>Takes in that it named us. Returns whether it confirmed a message that it had not confirmed before.</summary>
    public bool Confirm(Sighting seen)
    {
        if (!IsProven)
        {
            IsProven = true;
            _inboundBase = _received.Highest;
            _inboundBaseCount = _received.Count;
        }

        HasProof |= FirstNaming != 0 && seen.Sequence >= FirstNaming;
        if (seen.Sequence <= Confirmed) { return false; }

        Confirmed = seen.Sequence;
        _lapsed = 0;
        if (seen.Received >= _outboundNow.Received)
        {
            _outboundNow = (seen.Sequence, seen.Received);
            _outboundBase ??= _outboundNow;
        }

        return true;
    }

    /// <summary>The path fell silent: what it did not confirm by now counts as lost, until it says otherwise.</summary>
    public void Lapse(uint lastSequence)
    {
        StaleUpTo = Confirmed;
        _lapsed = lastSequence;
    }

    /// <summary>What a message of ours tells it that we have received of it.</summary>
    public Sighting Sight(Instant now) => new(Id, _received.Highest, now - HeardAt, _received.Count);

    /// <summary>Notes that our message with this number went out to it, naming it or, for want of room, not.</summary>
    public void NoteSent(uint sequence, bool isNaming)
    {
        if (!isNaming) { FirstNaming = 0; }
        else if (FirstNaming == 0) { FirstNaming = sequence; }
    }

    private static long Missing(long expected, long received) => Math.Max(0, expected - received);
}
