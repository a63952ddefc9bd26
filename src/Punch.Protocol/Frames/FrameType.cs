namespace Punch.Protocol.Frames;

/// <summary>The type of a frame. The numbers are those on the wire.</summary>
public enum FrameType
{
    /// <summary>Asks whether the path works: <see cref="ProbeFrame"/>.</summary>
    Probe = 1,

    /// <summary>Answers a probe: <see cref="AnswerFrame"/>.</summary>
    Answer = 2,

    /// <summary>A datagram of the program that uses the path; may be empty.</summary>
    Payload = 3,

    /// <summary>The sender is leaving. It has no body.</summary>
    Goodbye = 4,

    /// <summary>A packet of streams: RFC 9000 §12.4. Its number is the frame's counter.</summary>
    Packet = 5,

    /// <summary>A datagram of the program, after the time at which it left, to a peer that reads it.</summary>
    Data = 6,
}
