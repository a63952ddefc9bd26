namespace Punch.Protocol.Candidates;

/// <summary>How a party learned an address where it may be reached: RFC 8445 §5.1.1. The numbers are those on the wire.</summary>
public enum CandidateKind
{
    /// <summary>An address of a local interface.</summary>
    Host = 0,

    /// <summary>The address that a server saw.</summary>
    ServerReflexive = 1,

    /// <summary>The address that a peer saw.</summary>
    PeerReflexive = 2,

    /// <summary>A port that the router opened on request (PCP, NAT-PMP, UPnP).</summary>
    Mapped = 3,

    /// <summary>A port of a relay.</summary>
    Relayed = 4,
}

/// <summary>An address where a party may be reached.</summary>
/// <param name="Kind">How the party learned it.</param>
/// <param name="Address">The address. From a hello it may be any address, even one that must not be probed.</param>
public readonly record struct Candidate(CandidateKind Kind, TransportAddress Address);
