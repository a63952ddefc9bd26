namespace Punch.Protocol.Candidates;

/// <summary>A change in what a source knows of addresses.</summary>
/// <param name="Kind">Whether the candidate came or went.</param>
/// <param name="Side">Whose address it is.</param>
/// <param name="Candidate">The address. A local one with port 0 means the local port in use.</param>
public readonly record struct CandidateChange(CandidateChangeKind Kind, CandidateSide Side, Candidate Candidate);

/// <summary>The kinds of <see cref="CandidateChange"/>.</summary>
public enum CandidateChangeKind
{
    /// <summary>The candidate may be used.</summary>
    Added,

    /// <summary>The candidate is not valid any more.</summary>
    Removed,
}

/// <summary>Whose address a candidate is.</summary>
public enum CandidateSide
{
    /// <summary>This machine's: the peer is told of it.</summary>
    Local,

    /// <summary>The peer's: it is tried.</summary>
    Remote,
}
