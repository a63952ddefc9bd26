namespace Punch.Protocol.Streams;

/// <summary>Where a session of streams stands.</summary>
internal enum StreamSessionState
{
    /// <summary>No path is there. Nothing is sent and nothing counts as lost.</summary>
    Suspended,

    /// <summary>A path is there.</summary>
    Open,

    /// <summary>This side ends it: one packet says so.</summary>
    Closing,

    /// <summary>It has ended.</summary>
    Closed,
}
