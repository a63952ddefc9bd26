namespace Punch.Protocol.Turn;

/// <summary>The addresses that a TURN server lends together, at most one of each family. Each reaches peers of its own family.</summary>
internal readonly record struct RelayedAddresses(TransportAddress? V4, TransportAddress? V6)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => V4 is null && V6 is null;

    /// <summary>Those that there are.</summary>
    public IEnumerable<TransportAddress> All => new[] { V4, V6 }.OfType<TransportAddress>();

    /// <summary>Whether a peer at this host can be reached.</summary>
    public bool Reach(HostAddress peer) => (peer.IsV6 ? V6 : V4) is not null;
}
