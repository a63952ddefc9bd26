using Punch.Protocol.Candidates;

namespace Punch.Protocol.Paths;

/// <summary>A route to the peer that is tried, with its results.</summary>
internal sealed class ProbeTarget(in Route route, CandidateKind kind, bool isNear)
{
    private readonly Route _route = route;
    private ProbeLadder _ladder;
    private SourceChoice _source;

    /// <summary>The way, from the address of this machine that proved itself.</summary>
    public Route Route => _route with { Source = _source.Proven };

    public CandidateKind Kind { get; } = kind;

    /// <summary>Whether a server relays what goes there.</summary>
    public bool IsRelayed => Route.Via == Via.Relay;

    /// <summary>Whether it is on a subnet of this machine, so that no NAT is in between.</summary>
    public bool IsNear { get; } = isNear;

    /// <summary>When the next probe is due; null if it is not tried.</summary>
    public Instant? Next { get; private set; }

    /// <summary>Whether it was ever tried.</summary>
    public bool IsTried { get; private set; }

    /// <summary>The shortest round trip measured; null before the first.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>When it was proven last; null before the first proof.</summary>
    public Instant? ProvenAt { get; private set; }

    /// <summary>When an authentic datagram last came from there.</summary>
    public Instant HeardAt { get; set; }

    /// <summary>Whether it was proven within this time.</summary>
    public bool IsProven(Instant now, TimeSpan within) => ProvenAt is { } at && now - at <= within;

    /// <summary>Begins to try it.</summary>
    public void Begin(Instant now, in ProbeLadder ladder)
    {
        _ladder = ladder;
        Next = now;
    }

    /// <summary>Ends the primes, because the peer is known to have sent.</summary>
    public void EndPriming(Instant now)
    {
        if (Next is not null && _ladder.TryEndPriming(now)) { Next = now; }
    }

    /// <summary>Notes that a probe is sent now. Returns the hop limit to guess, 0 for a real probe.</summary>
    public byte Advance(Instant now)
    {
        IsTried = true;
        (byte hopLimit, Instant next) = _ladder.Advance(now);
        Next = next;
        return hopLimit;
    }

    /// <summary>The way that the next probe takes. While nothing is proven, the addresses of this machine take turns.</summary>
    public Route Turn(bool isProven) => isProven ? Route : _route with { Source = _source.Next() };

    /// <summary>Somebody used this address of this machine. From the target's very address and port it would talk to itself.</summary>
    public void NoteAsked(HostAddress source)
    {
        if (_route.Remote != new TransportAddress(source, _route.Local.Port)) { _source.NoteAsked(source); }
    }

    /// <summary>The system sends from this address no more.</summary>
    public void ForgetSource(HostAddress source) => _source.Forget(source);

    public void Postpone(Instant until) => Next = until;

    public void Rest() => Next = null;

    /// <summary>Notes which address of this machine a proof came to.</summary>
    public void NoteSource(HostAddress source) => _source.NoteProven(source);

    /// <summary>Notes a proof, and the round trip where it measured one.</summary>
    public void NoteProof(TimeSpan? roundTrip, Instant now)
    {
        if (roundTrip is { } measured) { RoundTrip = RoundTrip is { } known && known < measured ? known : measured; }

        ProvenAt = now;
    }
}
