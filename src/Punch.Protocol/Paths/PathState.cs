namespace Punch.Protocol.Paths;

/// <summary>The state of the search for a path.</summary>
internal enum PathState
{
    /// <summary>No peer is known.</summary>
    Idle,

    /// <summary>The peer's addresses are tried.</summary>
    Trying,

    /// <summary>They were tried long enough. Nothing is sent until something changes.</summary>
    Resting,

    /// <summary>A path is proven.</summary>
    Open,

    /// <summary>The path is silent. It stays in use while everything is tried again.</summary>
    Suspected,

    /// <summary>The peer said that it leaves.</summary>
    Parted,
}
