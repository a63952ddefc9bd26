namespace Punch.Protocol.Meeting.Agent;

/// <summary>
/// When a target is probed: first, where wanted, primes with a low hop limit, which open the own NAT and end before the peer's
/// (nat-traversal: an early packet may spoil the peer's NAT); then a short ladder; then twice a second.
/// </summary>
internal struct ProbeLadder(Instant start, TimeSpan priming, int round)
{
    // The ladder of DESIGN.md section 5: lost probes are made up for within a round trip or two.
    private static readonly TimeSpan[] Rungs = [.. new[] { 0, 20, 50, 100, 200, 400, 800 }.Select(ms => TimeSpan.FromMilliseconds(ms))];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // By round. A home router is one hop away, a carrier's NAT two to five; a peer's NAT hardly less than five. Where the peer's is as near as
    // three, the second round opens what the further primes of the first have spoiled.
    private static readonly byte[][] HopLimits = [[2, 3, 3, 4], [2, 2, 2, 2], [3, 4, 4, 5], [4, 5, 5, 6]];

    private Instant _fullAt = start + priming;
    private Instant _start = start;
    private int _rung;

    /// <summary>Ends the primes now; false when they are over.</summary>
    public bool TryEndPriming(Instant now)
    {
        if (now >= _fullAt) { return false; }

        _fullAt = now;
        return true;
    }

    /// <summary>The hop limit of the probe that goes out now, 0 for the system's own, and when the next one is due.</summary>
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

        return (0, _rung < Rungs.Length ? _start + Rungs[_rung] : now + Pause);
    }
}
