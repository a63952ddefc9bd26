namespace Punch.Protocol.Frames;

/// <summary>Why a hello is not taken in.</summary>
public enum HelloError
{
    /// <summary>It is.</summary>
    None,

    /// <summary>Fewer bytes than any sealed hello has, or more than one may have.</summary>
    Length,

    /// <summary>It comes from this very process: our own hello was sent back.</summary>
    Reflected,

    /// <summary>A newer one, or this very one, came before. Ordinary: servers repeat themselves.</summary>
    Stale,

    /// <summary>The seal is broken: made with another code, for another party, or changed on the way.</summary>
    Forged,

    /// <summary>The peer knows the code and speaks another version.</summary>
    OtherVersion,

    /// <summary>The peer knows the code and wrote something that is no hello of this version.</summary>
    Malformed,
}
