namespace Punch.Protocol.Candidates;

/// <summary>A change in the addresses that a source knows.</summary>
/// <param name="Kind">Whether the candidate was added or removed.</param>
/// <param name="Side">The side that the address belongs to.</param>
/// <param name="Candidate">The address. A local one with port 0 stands for the local port in use.</param>
public readonly record struct CandidateChange(CandidateChangeKind Kind, CandidateSide Side, Candidate Candidate);

/// <summary>The kinds of <see cref="CandidateChange"/>.</summary>
public enum CandidateChangeKind
{
    /// <summary>The candidate may be used.</summary>
    Added,

    /// <summary>The candidate is no longer valid.</summary>
    Removed,
}

/// <summary>The side that a candidate belongs to.</summary>
public enum CandidateSide
{
    /// <summary>An address of this machine. The peer gets it.</summary>
    Local,

    /// <summary>An address of the peer. This side tries it.</summary>
    Remote,
}
