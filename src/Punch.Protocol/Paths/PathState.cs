namespace Punch.Protocol.Paths;

/// <summary>How the search for a path stands.</summary>
internal enum PathState
{
    /// <summary>No peer is known.</summary>
    Idle,

    /// <summary>The peer's addresses are tried.</summary>
    Trying,

    /// <summary>They were tried for long enough; nothing is sent until something changes.</summary>
    Resting,

    /// <summary>A path is proven.</summary>
    Open,

    /// <summary>The path is silent. It stays in use while everything is tried again.</summary>
    Suspected,

    /// <summary>The peer said that it leaves.</summary>
    Parted,
}
