namespace Punch.Protocol.Streams;

/// <summary>Why a session of streams was closed. The numbers are those on the wire: RFC 9000 §20.1.</summary>
public enum StreamError
{
    /// <summary>Everything is done.</summary>
    None = 0x00,

    /// <summary>This side cannot go on.</summary>
    Internal = 0x01,

    /// <summary>More bytes came than were allowed.</summary>
    FlowControl = 0x03,

    /// <summary>More streams were opened than were allowed.</summary>
    StreamLimit = 0x04,

    /// <summary>A frame came for a stream that cannot have it.</summary>
    StreamState = 0x05,

    /// <summary>The length of a stream changed, or bytes came beyond it.</summary>
    FinalSize = 0x06,

    /// <summary>A frame is broken.</summary>
    FrameEncoding = 0x07,

    /// <summary>The peer broke another rule.</summary>
    ProtocolViolation = 0x0A,

    /// <summary>The bytes of a stream came in more pieces than are kept.</summary>
    TooManyGaps = 0x0D,

    /// <summary>The two sides want different things.</summary>
    NoMatch = 0x100,

    /// <summary>The side left before everything was done.</summary>
    Left = 0x101,
}
