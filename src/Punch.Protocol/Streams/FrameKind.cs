namespace Punch.Protocol.Streams;

/// <summary>The kinds of frames in a packet. The numbers are those on the wire: RFC 9000 §19, and punch's own from 0x4001.</summary>
internal enum FrameKind : ulong
{
    /// <summary>Fills a packet up.</summary>
    Padding = 0x00,

    /// <summary>Asks for an acknowledgement.</summary>
    Ping = 0x01,

    /// <summary>The packets that came.</summary>
    Ack = 0x02,

    /// <summary>The sender ends its part of a stream at once: the rest is lost.</summary>
    ResetStream = 0x04,

    /// <summary>The receiver wants no more of a stream.</summary>
    StopSending = 0x05,

    /// <summary>Bytes of a stream; the three low bits say which fields there are.</summary>
    Stream = 0x08,

    /// <summary>The last kind of stream frame.</summary>
    StreamLast = 0x0F,

    /// <summary>The bytes that all streams together may have.</summary>
    MaxData = 0x10,

    /// <summary>The bytes that a stream may have.</summary>
    MaxStreamData = 0x11,

    /// <summary>The streams that the peer may open.</summary>
    MaxStreams = 0x12,

    /// <summary>The end of the session: a code and a reason.</summary>
    Close = 0x1C,

    /// <summary>A datagram of a flow, with its length: RFC 9221 §4.</summary>
    Datagram = 0x31,

    /// <summary>What the sender can do and allows at first: pairs of numbers.</summary>
    Settings = 0x4001,

    /// <summary>The program has taken all of a stream. The offset is its length.</summary>
    Consumed = 0x4002,
}
