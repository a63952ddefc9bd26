namespace Punch.Protocol.Paths.Plans;

/// <summary>
/// Meets the peer in slots of the wall clock. This helps with routers that hold early packets against a peer, if no server can say when to
/// begin.
/// </summary>
internal sealed class ClockSlotPlan : IPathPlan
{
    /// <summary>When the slots begin. By then the base port has opened every path that it can open within 300 ms of round trip.</summary>
    public static readonly TimeSpan BeginsAfter = TimeSpan.FromMilliseconds(500);

    private readonly ClockSlots[] _timetables;
    private readonly Route _base;

    /// <param name="route">The route between the base ports, of IPv4.</param>
    /// <param name="wallClock">The wall-clock time at <paramref name="now"/>.</param>
    /// <param name="now">The current time.</param>
    public ClockSlotPlan(in Route route, DateTimeOffset wallClock, Instant now)
    {
        _base = route;
        _timetables =
        [
            new ClockSlots(SlotTier.Short, wallClock, now, now + BeginsAfter),
            new ClockSlots(SlotTier.Long, wallClock, now, now + BeginsAfter),
        ];
    }

    // Most often the limit that suits a home router and the shortest paths. Every third slot reaches further.
    private static ReadOnlySpan<byte> Turns => [2, 2, 3, 2, 2, 4, 2, 2, 3, 2, 2, HopLimits.Furthest];

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            Instant? next = null;
            foreach (ClockSlots timetable in _timetables) { next = Instant.Earlier(next, timetable.Next); }

            return next;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<TransportAddress> Places => Enumerable.Range(1, SlotTier.LastOffset).Select(offset => RouteAt(offset).Remote);

    /// <inheritdoc/>
    public byte Round => 0;

    /// <inheritdoc/>
    public bool HasTried => false;

    /// <inheritdoc/>
    public void Timeout(PathFinder finder, Instant now)
    {
        foreach (ClockSlots timetable in _timetables)
        {
            if (!timetable.TryTake(now, out SlotSend send)) { continue; }

            Route route = RouteAt(send.Offset);
            if (send.IsPrime) { finder.SendPrime(route, Turns[(int)(send.Slot % Turns.Length)]); }
            else { finder.Send(new ProbeOrder(ProbeOrderKind.Probe, route)); }
        }
    }

    /// <inheritdoc/>
    public void OnSilence(PathFinder finder, Instant now) => finder.Restart(now);

    /// <inheritdoc/>
    public void OnResumed(Instant now)
    {
        // The clock goes on by itself.
    }

    /// <inheritdoc/>
    public bool Withholds(in TransportAddress remote) => false;

    /// <inheritdoc/>
    public bool IsOwn(in Route route)
    {
        for (int offset = 1; offset <= SlotTier.LastOffset; offset++)
        {
            if (RouteAt(offset) == route) { return true; }
        }

        return false;
    }

    private Route RouteAt(int offset) => new(
        _base.Local with { Port = SlotTier.PortAt(_base.Local.Port, offset) },
        _base.Remote with { Port = SlotTier.PortAt(_base.Remote.Port, offset) });
}
