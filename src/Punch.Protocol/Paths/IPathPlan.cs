namespace Punch.Protocol.Paths;

/// <summary>
/// What a finder does beyond trying every address of the peer from the ports in use: a cure for NATs that early packets spoil, or a search.
/// </summary>
internal interface IPathPlan
{
    /// <summary>When <see cref="Timeout"/> wants to be called next; null for never.</summary>
    Instant? NextTimeout { get; }

    /// <summary>The round that probes belong to, from 0: each later one is from fresh ports.</summary>
    byte Round { get; }

    /// <summary>Whether this plan has tried anything yet.</summary>
    bool HasTried { get; }

    /// <summary>Where this plan sends beside the candidates: further ports of addresses that the user typed.</summary>
    IEnumerable<TransportAddress> Places { get; }

    /// <summary>Does what has come due.</summary>
    void Timeout(PathFinder finder, Instant now);

    /// <summary>The open path is silent: everything is tried again.</summary>
    void OnSilence(PathFinder finder, Instant now);

    /// <summary>Addresses are tried again after a rest.</summary>
    void OnResumed(Instant now);

    /// <summary>Whether a far address must not be tried yet.</summary>
    bool Withholds(in TransportAddress remote);

    /// <summary>Whether a route is one that this plan made up, beside the candidates.</summary>
    bool IsOwn(in Route route);
}
