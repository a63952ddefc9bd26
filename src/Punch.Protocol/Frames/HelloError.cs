namespace Punch.Protocol.Frames;

/// <summary>Why a hello is not accepted.</summary>
public enum HelloError
{
    /// <summary>It is accepted.</summary>
    None,

    /// <summary>It has fewer bytes than any sealed hello, or more than allowed.</summary>
    Length,

    /// <summary>This process sent it: it was reflected.</summary>
    Reflected,

    /// <summary>A newer one, or the same one, came before. This is normal: servers repeat hellos.</summary>
    Stale,

    /// <summary>The seal is broken: it was made with another code, for another party, or changed on the way.</summary>
    Forged,

    /// <summary>The peer knows the code and speaks another version.</summary>
    OtherVersion,

    /// <summary>The peer knows the code, but the content is not a hello of this version.</summary>
    Malformed,
}
