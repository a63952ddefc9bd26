namespace Punch.Protocol.Channels;

/// <summary>The purpose of a proven path.</summary>
public enum PathUse
{
    /// <summary>To know that it works. Messages go on until a count, a deadline, or an end from outside.</summary>
    Messages,

    /// <summary>
    /// To carry data both ways besides the messages: <see cref="IDataPath"/>. It ends when both sides have said that their data is over.
    /// </summary>
    Data,

    /// <summary>
    /// To carry reliable streams. It ends when every byte of both sides is where it belongs.
    /// </summary>
    Streams,

    /// <summary>
    /// To hand it to another program. It ends as soon as both sides have their proof, and leaves no datagram of punch under way.
    /// </summary>
    HandOver,
}
