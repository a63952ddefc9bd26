namespace Punch.Protocol.Paths;

/// <summary>Which routes a server relays, as far as the addresses show it.</summary>
internal sealed class Relays
{
    /// <summary>The server that relays frames to the peer; null while none does.</summary>
    public TransportAddress? Server { get; set; }

    /// <summary>The addresses that TURN servers lend the peer.</summary>
    public IReadOnlyList<TransportAddress> OfPeer { get; set; } = [];

    /// <summary>Whether a TURN server of either side can carry the path.</summary>
    public bool HasTurn { get; set; }

    /// <summary>Whether any relay can take over.</summary>
    public bool HasAny => HasTurn || Server is not null;

    /// <summary>Whether a server relays what goes there and what comes from there.</summary>
    public bool Carry(in TransportAddress remote)
    {
        if (remote == Server || remote.Transport == Transport.Turned) { return true; }

        for (int i = 0; i < OfPeer.Count; i++)
        {
            if (OfPeer[i] == remote) { return true; }
        }

        return false;
    }
}
