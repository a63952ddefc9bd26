namespace Punch.Protocol.Paths;

/// <summary>What the finder asks of the candidate sources. A later value includes the earlier ones.</summary>
internal enum CandidateWish
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>To ask again: the information about this side has changed, or the peer's addresses may have.</summary>
    Again,

    /// <summary>To ask from the fresh ports.</summary>
    FromFreshPort,
}
