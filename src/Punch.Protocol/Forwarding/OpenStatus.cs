namespace Punch.Protocol.Forwarding;

/// <summary>What became of a wish to connect or to listen. The numbers are those on the wire.</summary>
public enum OpenStatus
{
    /// <summary>It is done.</summary>
    Done = 0,

    /// <summary>The side that was asked does not allow it.</summary>
    NotAllowed = 1,

    /// <summary>There is no host of that name.</summary>
    NotFound = 2,

    /// <summary>The host refuses connections to this port.</summary>
    Refused = 3,

    /// <summary>No way leads to the host.</summary>
    Unreachable = 4,

    /// <summary>The host did not answer in time.</summary>
    TimedOut = 5,

    /// <summary>It failed for another reason.</summary>
    Failed = 6,

    /// <summary>Too much of the kind is open or under way.</summary>
    TooMany = 7,

    /// <summary>The port is taken, or not to be had.</summary>
    PortTaken = 8,

    /// <summary>The peer went before it replied.</summary>
    Gone = 9,
}
