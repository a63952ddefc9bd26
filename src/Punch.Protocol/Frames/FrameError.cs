namespace Punch.Protocol.Frames;

/// <summary>Why a datagram is not accepted as a frame. Count it; never answer it.</summary>
public enum FrameError
{
    /// <summary>It is accepted.</summary>
    None,

    /// <summary>It is too short or too long, or its first byte is not that of a frame.</summary>
    NotAFrame,

    /// <summary>Its tag is not the peer's. It belongs to another session, was reflected, or comes from a stranger.</summary>
    OtherSession,

    /// <summary>Its counter came before, is too old to know, or is higher than a peer can count.</summary>
    Replayed,

    /// <summary>Its seal is broken.</summary>
    Forged,

    /// <summary>The peer sealed a type that this version does not know. Ignore it.</summary>
    UnknownType,

    /// <summary>The buffer for the body is too short. Try again with a longer one.</summary>
    BufferTooShort,
}
