namespace Punch.Protocol.Frames;

/// <summary>What a frame is for. The numbers are those on the wire.</summary>
public enum FrameType
{
    /// <summary>Asks whether this path works: <see cref="ProbeFrame"/>.</summary>
    Probe = 1,

    /// <summary>Says that it does: <see cref="AnswerFrame"/>.</summary>
    Answer = 2,

    /// <summary>A datagram of the program that uses the path; may be empty.</summary>
    Payload = 3,

    /// <summary>The sender is leaving. No body.</summary>
    Goodbye = 4,
}
