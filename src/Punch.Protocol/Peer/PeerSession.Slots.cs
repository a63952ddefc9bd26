namespace Punch.Protocol.Peer;

public sealed partial class PeerSession
{
    /// <summary>When the slots begin: by then the base port has opened any path that it can open over 300 ms of round trip.</summary>
    public static readonly TimeSpan SlotsAfter = TimeSpan.FromMilliseconds(500);

    private readonly ClockSlots[] _slots;
    private Route _slotBase;
    private PrimingHops _hops;
    private readonly LastPrime[] _lastPrimes;

    private Instant? NextSlot
    {
        get
        {
            Instant? next = null;
            foreach (ClockSlots slots in _slots) { next = Instant.Earlier(next, slots.Next); }

            return next;
        }
    }

    /// <summary>Takes in that a router reported the end of a prime's way (ICMP time exceeded).</summary>
    /// <param name="sentTo">Where the prime was sent: two timetables may prime at once, one further than the other.</param>
    /// <param name="by">The router.</param>
    private void NoteExpired(TransportAddress sentTo, HostAddress by)
    {
        foreach (LastPrime prime in _lastPrimes)
        {
            if (prime.To == sentTo) { _hops.NoteExpired(prime.HopLimit, by); }
        }
    }

    private ClockSlots[] CreateSlots(Instant now)
    {
        int first = Array.FindIndex(_remotes, remote => !remote.Host.IsV6);
        if (!_options.UsesClockSlots || first < 0) { return []; }

        _slotBase = _baseRoutes[first];
        return
        [
            new ClockSlots(SlotTier.Short, _options.WallClock, now, now + SlotsAfter),
            new ClockSlots(SlotTier.Long, _options.WallClock, now, now + SlotsAfter),
        ];
    }

    private void SendInSlots(Instant now)
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            if (!_slots[i].TryTake(now, out SlotSend send)) { continue; }

            if (send.IsPrime) { _lastPrimes[i] = Prime(SlotRoute(send.Offset), send, now); }
            else { Enqueue(SlotRoute(send.Offset), now, MessageRole.Scheduled); }
        }
    }

    private LastPrime Prime(in Route route, in SlotSend send, Instant now)
    {
        _counters.Primes++;
        var prime = new LastPrime(route.Remote, _hops.For(send.Slot));
        Enqueue(new Outgoing(route, MessageRole.Prime, now, HopLimit: prime.HopLimit));
        return prime;
    }

    private Route SlotRoute(int offset) => new(
        _slotBase.Local with { Port = SlotTier.PortAt(_slotBase.Local.Port, offset) },
        _slotBase.Remote with { Port = SlotTier.PortAt(_slotBase.Remote.Port, offset) });

    private bool IsInSlot(in Route route)
    {
        for (int offset = 1; _slots.Length > 0 && offset <= SlotTier.LastOffset; offset++)
        {
            if (SlotRoute(offset) == route) { return true; }
        }

        return false;
    }

    /// <summary>The last prime of a timetable.</summary>
    private readonly record struct LastPrime(TransportAddress To, byte HopLimit);
}
