using Punch.Protocol;

namespace Punch.Serving.Rooms;

/// <summary>Numbers for the ways that joins come, so that a room keeps four bytes of each.</summary>
internal sealed class ArrivalNumbers
{
    /// <summary>
    /// How many are told apart: as many as a machine has addresses, not as many as a stranger likes. Beyond these an endpoint has one
    /// number, and the system chooses the address that a notice leaves from.
    /// </summary>
    public const int Most = 1024;

    private readonly List<Arrival> _arrivals = [];
    private readonly Dictionary<Arrival, int> _numbers = [];

    /// <summary>The way that has this number.</summary>
    public Arrival this[int number] => _arrivals[number];

    /// <summary>The number of a way.</summary>
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
