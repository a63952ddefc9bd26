namespace Punch.Protocol.Paths;

/// <summary>
/// When a target is probed. Where needed, primes come first: their low hop limit lets them open the local NAT and expire before the peer's,
/// which an early packet could spoil. Then comes a short ladder, then probes after waits.
/// </summary>
internal struct ProbeLadder(Instant start, TimeSpan priming, int round, LadderPause pause)
{
    /// <summary>The steps of a ladder. A lost probe is replaced within a round trip or two.</summary>
    public static readonly TimeSpan[] Rungs = [.. new[] { 0, 20, 50, 100, 200, 400, 800 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    // By round. A home router is one hop away, a carrier's NAT two to five, and a peer's NAT hardly less than five. If the peer's NAT is
    // only three hops away, the second round opens what the further primes of the first have spoiled.
    private static readonly byte[][] HopLimits = [[2, 3, 3, 4], [2, 2, 2, 2], [3, 4, 4, 5], [4, 5, 5, 6]];

    private Instant _fullAt = start + priming;
    private Instant _start = start;
    private int _rung;
    private uint _waits;

    /// <summary>Ends the primes now; false if they are over already.</summary>
    public bool TryEndPriming(Instant now)
    {
        if (now >= _fullAt) { return false; }

        _fullAt = now;
        return true;
    }

    /// <summary>The hop limit to guess for the current datagram, 0 for a real probe, and when the next one is due.</summary>
    public (byte HopLimit, Instant Next) Advance(Instant now) => now < _fullAt ? Prime(now) : Probe(now);

    private (byte HopLimit, Instant Next) Prime(Instant now)
    {
        byte[] limits = HopLimits[Math.Min(round, HopLimits.Length - 1)];
        byte hopLimit = limits[Math.Min(_rung, limits.Length - 1)];
        _rung++;
        Instant next = _rung < limits.Length ? _start + Rungs[_rung] : _fullAt;
        next = next > now ? next : now + Rungs[1];
        return (hopLimit, next < _fullAt ? next : _fullAt);
    }

    private (byte HopLimit, Instant Next) Probe(Instant now)
    {
        if (_start < _fullAt)
        {
            _start = _fullAt;
            _rung = 0;
        }

        while (_rung < Rungs.Length && _start + Rungs[_rung] <= now) { _rung++; }

        return (0, _rung < Rungs.Length ? _start + Rungs[_rung] : now + pause.At(_waits++));
    }
}

/// <summary>The waits after a ladder. Ladders that began together stay in step, because each wait follows from its number.</summary>
internal readonly record struct LadderPause(TimeSpan Shortest, TimeSpan Longest, ulong Seed)
{
    /// <summary>The wait with this number, uniform between the bounds.</summary>
    public TimeSpan At(uint number)
    {
        var random = new SplitMix64(unchecked(Seed + number));
        return Shortest + random.NextDuration(Longest - Shortest);
    }
}
