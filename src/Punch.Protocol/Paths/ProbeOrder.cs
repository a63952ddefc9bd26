namespace Punch.Protocol.Paths;

/// <summary>A datagram that the finder wants to send. The wire decides its bytes.</summary>
/// <param name="Kind">Its purpose.</param>
/// <param name="Route">Its route.</param>
internal readonly record struct ProbeOrder(ProbeOrderKind Kind, Route Route)
{
    /// <summary>The hop limit; 0 for the system's default.</summary>
    public byte HopLimit { get; init; }

    /// <summary>The token of a probe, or the token that a reply returns.</summary>
    public ulong Token { get; init; }

    /// <summary>The token of the probe that a reply also is; 0 for none.</summary>
    public ulong OwnToken { get; init; }

    /// <summary>Whether this side has proof of the route.</summary>
    public bool HasProof { get; init; }
}

/// <summary>The kinds of <see cref="ProbeOrder"/>.</summary>
internal enum ProbeOrderKind
{
    /// <summary>Opens the local firewall: the empty datagram of the original program.</summary>
    Punch,

    /// <summary>Opens the local NAT and expires before the peer's.</summary>
    Prime,

    /// <summary>Asks whether the route works.</summary>
    Probe,

    /// <summary>Asks whether the open path still works. It must be answered at once.</summary>
    Check,

    /// <summary>Replies to a probe.</summary>
    Reply,
}
