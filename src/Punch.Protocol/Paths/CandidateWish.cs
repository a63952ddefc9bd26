namespace Punch.Protocol.Paths;

/// <summary>What the finder wants of the candidate sources. A later value includes the earlier ones.</summary>
internal enum CandidateWish
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>To ask again: what the peer is told of this side has changed, or its addresses may have.</summary>
    Again,

    /// <summary>To ask from the fresh ports.</summary>
    FromFreshPort,
}
