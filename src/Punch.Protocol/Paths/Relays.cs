namespace Punch.Protocol.Paths;

/// <summary>Which routes a server relays, as far as the addresses show it.</summary>
/// <param name="gate">Knows what the user typed.</param>
/// <param name="typedAreServers">Whether that are servers: what they send on comes from the peer.</param>
internal sealed class Relays(OutgoingGate gate, bool typedAreServers)
{
    /// <summary>From where to which server frames go that are relayed to the peer; null if no server relays.</summary>
    public Route? Leg { get; set; }

    /// <summary>Whether the leg is only proven in advance, and carries no path yet.</summary>
    public bool HoldsBack { get; set; }

    /// <summary>The addresses that TURN servers lend the peer.</summary>
    public IReadOnlyList<TransportAddress> OfPeer { get; set; } = [];

    /// <summary>Whether a TURN server of either side can carry the path.</summary>
    public bool HasTurn { get; set; }

    /// <summary>Whether any relay can take over.</summary>
    public bool HasAny => HasTurn || Leg is not null;

    /// <summary>Whether a route goes by the leg, and must carry no path yet.</summary>
    public bool HoldBack(ProbeTarget target) => HoldsBack && target.IsRelayed && target.Route.Remote == Leg?.Remote;

    /// <summary>Whether a server relays what goes there and what comes from there.</summary>
    public bool Carry(in TransportAddress remote)
    {
        if (remote.Transport == Transport.Turned || (typedAreServers && gate.IsTyped(remote))) { return true; }

        for (int i = 0; i < OfPeer.Count; i++)
        {
            if (OfPeer[i] == remote) { return true; }
        }

        return false;
    }
}
