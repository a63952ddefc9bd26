using Punch.Protocol;

namespace Punch.Serving.Rooms;

/// <summary>Numbers for arrivals, so that a room stores only four bytes for each.</summary>
internal sealed class ArrivalNumbers
{
    /// <summary>
    /// The most arrivals with a number of their own: as many as the addresses of a machine, independent of strangers. Beyond these, an
    /// endpoint has one number, and the system chooses the source address of a notice.
    /// </summary>
    public const int Most = 1024;

    private readonly List<Arrival> _arrivals = [];
    private readonly Dictionary<Arrival, int> _numbers = [];

    /// <summary>The arrival with this number.</summary>
    public Arrival this[int number] => _arrivals[number];

    /// <summary>The number of an arrival.</summary>
    public int Of(in Arrival arrival)
    {
        if (_numbers.TryGetValue(arrival, out int number)) { return number; }

        bool isRoom = _arrivals.Count < Most || arrival.Local.IsAny;
        return isRoom ? Add(arrival) : Of(arrival with { Local = arrival.Local.IsV6 ? HostAddress.AnyV6 : HostAddress.AnyV4 });
    }

    private int Add(in Arrival arrival)
    {
        _numbers.Add(arrival, _arrivals.Count);
        _arrivals.Add(arrival);
        return _arrivals.Count - 1;
    }
}
