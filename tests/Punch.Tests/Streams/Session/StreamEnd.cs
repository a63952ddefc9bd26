namespace Punch.Tests.Streams.Session;

/// <summary>How a side ends.</summary>
public enum StreamEnd
{
    /// <summary>All its bytes, then the end.</summary>
    Fin,

    /// <summary>It gives its stream up in the middle.</summary>
    Reset,

    /// <summary>It wants no more in the middle.</summary>
    Refuse,

    /// <summary>It reads everything and cannot write it.</summary>
    SinkFails,

    /// <summary>Its process is killed.</summary>
    Killed,

    /// <summary>Its user ends it.</summary>
    Close,
}
