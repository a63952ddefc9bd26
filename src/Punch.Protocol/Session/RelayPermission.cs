namespace Punch.Protocol.Session;

/// <summary>Whether a relay may carry the path.</summary>
public enum RelayPermission
{
    /// <summary>Where no direct path is open.</summary>
    Fallback,

    /// <summary>Never.</summary>
    Never,

    /// <summary>Always. The peer is told no address of this machine.</summary>
    Only,
}
