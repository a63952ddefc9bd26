using Punch.Protocol.Peer;

namespace Punch.Protocol.Meeting.Agent;

/// <summary>A way to the peer that is tried: which own socket, where to, and what came of it.</summary>
internal sealed class ProbeTarget(in Route route, CandidateKind kind, bool isNear)
{
    public Route Route { get; } = route;

    public CandidateKind Kind { get; } = kind;

    /// <summary>Whether it is on an own subnet: no NAT stands between.</summary>
    public bool IsNear { get; } = isNear;

    /// <summary>When the next probe is due; null while it is not tried.</summary>
    public Instant? Next { get; private set; }

    /// <summary>Whether it was tried at all.</summary>
    public bool IsTried { get; private set; }

    /// <summary>The shortest round trip measured; null before the first answer.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>When its last answer came; meaningful once <see cref="RoundTrip"/> is there.</summary>
    public Instant AnsweredAt { get; private set; }

    /// <summary>When an authentic datagram last came from there.</summary>
    public Instant HeardAt { get; set; }

    private ProbeLadder _ladder;

    /// <summary>Whether it answered within this time.</summary>
    public bool IsProven(Instant now, TimeSpan within) => RoundTrip is not null && now - AnsweredAt <= within;

    /// <summary>Begins to try it: with primes first, that end before the peer's NAT, or at once in earnest.</summary>
    public void Begin(Instant now, TimeSpan priming, int round)
    {
        _ladder = new ProbeLadder(now, priming, round);
        Next = now;
    }

    /// <summary>Ends the primes: the peer is known to have sent.</summary>
    public void EndPriming(Instant now)
    {
        if (Next is not null && _ladder.TryEndPriming(now)) { Next = now; }
    }

    /// <summary>Says that a probe goes out now; returns its hop limit, 0 for the system's own.</summary>
    public byte Advance(Instant now)
    {
        IsTried = true;
        (byte hopLimit, Instant next) = _ladder.Advance(now);
        Next = next;
        return hopLimit;
    }

    public void Postpone(Instant until) => Next = until;

    public void Rest() => Next = null;

    public void NoteAnswer(TimeSpan roundTrip, Instant now)
    {
        RoundTrip = RoundTrip is { } known && known < roundTrip ? known : roundTrip;
        AnsweredAt = now;
    }
}
