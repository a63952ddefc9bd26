namespace Punch.Protocol.Paths;

/// <summary>
/// What a finder does besides trying every address of the peer from the ports in use: a cure for NATs that early packets spoil, or a
/// search.
/// </summary>
internal interface IPathPlan
{
    /// <summary>When <see cref="Timeout"/> must be called next; null for never.</summary>
    Instant? NextTimeout { get; }

    /// <summary>The round of the probes, from 0. Each later round uses fresh ports.</summary>
    byte Round { get; }

    /// <summary>Whether this plan has tried anything yet.</summary>
    bool HasTried { get; }

    /// <summary>The places that this plan sends to besides the candidates: other ports of addresses that the user typed.</summary>
    IEnumerable<TransportAddress> Places { get; }

    /// <summary>Does what is due.</summary>
    void Timeout(PathFinder finder, Instant now);

    /// <summary>The open path is silent. Everything is tried again.</summary>
    void OnSilence(PathFinder finder, Instant now);

    /// <summary>Addresses are tried again after a pause.</summary>
    void OnResumed(Instant now);

    /// <summary>Whether a far address must wait for now.</summary>
    bool Withholds(in TransportAddress remote);

    /// <summary>Whether this plan made a route, so that no candidate names it.</summary>
    bool IsOwn(in Route route);
}
