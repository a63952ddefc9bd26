using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>Which way a packet arrived, and whether that costs hops.</summary>
internal enum Way
{
    /// <summary>From the child <see cref="Arrival.From"/>.</summary>
    Up,

    /// <summary>From the parent.</summary>
    Down,

    /// <summary>Over a switch or from the host itself, without a hop.</summary>
    Local,
}

/// <summary>A packet on its way to a node.</summary>
internal readonly record struct Arrival(Node At, Node From, Way Way, Flight Flight, Packet Packet);

/// <summary>
/// The packets on their way, the earliest first; at the same instant in the order of <see cref="Add"/>. The heap moves numbers of places,
/// because an arrival is too large to be copied at each level.
/// </summary>
internal sealed class ArrivalQueue
{
    private readonly PriorityQueue<int, Due> _order = new();
    private readonly Stack<int> _free = new();
    private Arrival[] _places = new Arrival[SmallestSize];
    private int _used;
    private long _added;

    private readonly record struct Due(Instant At, long Order) : IComparable<Due>
    {
        public int CompareTo(Due other) => At == other.At ? Order.CompareTo(other.Order) : At.CompareTo(other.At);
    }

    /// <summary>How many packets are on their way.</summary>
    public int Count => _order.Count;

    /// <summary>When the first one arrives; null if there is none.</summary>
    public Instant? Next => _order.TryPeek(out _, out Due due) ? due.At : null;

    public void Add(in Arrival arrival, Instant at)
    {
        if (!_free.TryPop(out int place)) { place = NewPlace(); }

        _places[place] = arrival;
        _order.Enqueue(place, new Due(at, ++_added));
    }

    /// <summary>Takes the first one, if it is due by then.</summary>
    public bool TryTake(Instant now, out Arrival arrival, out Instant at)
    {
        if (!_order.TryPeek(out int place, out Due due) || due.At > now)
        {
            (arrival, at) = (default, default);
            return false;
        }

        _order.Dequeue();
        (arrival, at) = (_places[place], due.At);
        _free.Push(place);
        return true;
    }

    private int NewPlace()
    {
        if (_used == _places.Length) { Array.Resize(ref _places, 2 * _used); }

        return _used++;
    }

    private const int SmallestSize = 64;
}
