namespace Punch.Protocol.Streams;

/// <summary>Frames that are written from the present state, so that a lost one is repaired by a newer one: RFC 9000 §13.3.</summary>
[Flags]
internal enum ControlFrames
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>What this side can do.</summary>
    Settings = 1 << 0,

    /// <summary>The bytes that all streams together may have.</summary>
    MaxData = 1 << 1,

    /// <summary>The bytes that a stream may have.</summary>
    MaxStreamData = 1 << 2,

    /// <summary>A stream was given up.</summary>
    ResetStream = 1 << 3,

    /// <summary>No more of a stream is wanted.</summary>
    StopSending = 1 << 4,

    /// <summary>The program has taken all of a stream.</summary>
    Consumed = 1 << 5,

    /// <summary>The streams that the peer may open.</summary>
    MaxStreams = 1 << 6,
}
