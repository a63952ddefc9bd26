namespace Punch.Protocol.Candidates;

/// <summary>How a party came by an address it can perhaps be reached at: RFC 8445 §5.1.1. The numbers are those on the wire.</summary>
public enum CandidateKind
{
    /// <summary>An address of its own interface.</summary>
    Host = 0,

    /// <summary>Where a server saw it.</summary>
    ServerReflexive = 1,

    /// <summary>Where a peer saw it.</summary>
    PeerReflexive = 2,

    /// <summary>A port that its router was asked to open (PCP, NAT-PMP, UPnP).</summary>
    Mapped = 3,

    /// <summary>A port of a relay.</summary>
    Relayed = 4,
}

/// <summary>An address a party can perhaps be reached at.</summary>
/// <param name="Kind">How it came by it.</param>
/// <param name="Address">Where; as read from a hello it may be any address whatever, also one that must not be probed.</param>
public readonly record struct Candidate(CandidateKind Kind, TransportAddress Address);
