namespace Punch.Protocol.Frames;

/// <summary>Why a datagram is not taken in as a frame. Count it; never answer it.</summary>
public enum FrameError
{
    /// <summary>It is.</summary>
    None,

    /// <summary>Too short or too long, or its first byte is not that of a frame.</summary>
    NotAFrame,

    /// <summary>Its tag is not the one that the peer sends with: another session's, our own sent back, or a stranger's.</summary>
    OtherSession,

    /// <summary>Its counter came before, or is too old to tell, or is higher than any peer counts.</summary>
    Replayed,

    /// <summary>The seal is broken.</summary>
    Forged,

    /// <summary>The peer sealed a type that this version does not know. Ignore it.</summary>
    UnknownType,

    /// <summary>The buffer for the body is too short; the frame may be opened again with a longer one.</summary>
    BufferTooShort,
}
