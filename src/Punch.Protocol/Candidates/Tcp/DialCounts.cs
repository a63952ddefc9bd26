namespace Punch.Protocol.Candidates.Tcp;

/// <summary>What the attempts to open a TCP stream came to.</summary>
public readonly record struct DialCounts
{
    /// <summary>Attempts, each with up to three SYNs.</summary>
    public int Dialed { get; init; }

    /// <summary>Attempts that were refused: by the peer's system, or by a router that answers for it.</summary>
    public int Refused { get; init; }

    /// <summary>Attempts without a reply, those under way included.</summary>
    public int Unanswered { get; init; }

    /// <summary>Attempts that failed in another way.</summary>
    public int Failed { get; init; }

    /// <summary>Why the last of these failed, in words for a user; null for none.</summary>
    public string? Reason { get; init; }
}
