namespace Punch.Protocol.Channels;

/// <summary>What a proven path is for.</summary>
public enum PathUse
{
    /// <summary>To know that it works: messages go on until a count, a deadline, or an end from outside.</summary>
    Messages,

    /// <summary>
    /// To carry data both ways besides the messages: <see cref="IDataPath"/>. Ends when both sides have said that theirs is over.
    /// </summary>
    Data,

    /// <summary>
    /// To be handed to another program: ends as soon as both sides have their proof, and leaves no datagram of ours under way.
    /// </summary>
    HandOver,
}
