using Punch.Protocol.Paths;
namespace Punch.Protocol.Session;

/// <summary>The session ids heard lately from the peer's host. A forger of that host can fill it, so it is small and bounded.</summary>
internal sealed class RemotePeerTable
{
    /// <summary>A peer, a few of its restarts, and room for a few others behind its NAT.</summary>
    public const int Capacity = 8;

    private readonly List<RemotePeer> _peers = new(Capacity);

    public int Count => _peers.Count;

    public RemotePeer? Find(ulong id)
    {
        foreach (RemotePeer peer in _peers)
        {
            if (peer.Id == id) { return peer; }
        }

        return null;
    }

    /// <summary>The peer heard last on this way, else the peer heard last anywhere.</summary>
    public RemotePeer? Latest(in Route route)
    {
        RemotePeer? latest = null;
        foreach (RemotePeer peer in _peers)
        {
            bool isBetter = latest is null
                || (peer.Route == route, peer.HeardAt.Ticks).CompareTo((latest.Route == route, latest.HeardAt.Ticks)) > 0;
            latest = isBetter ? peer : latest;
        }

        return latest;
    }

    /// <summary>Adds a peer; when full, the one heard least recently goes, never <paramref name="kept"/>.</summary>
    public RemotePeer Add(ulong id, in Route route, Instant now, RemotePeer? kept)
    {
        if (_peers.Count == Capacity)
        {
            RemotePeer? oldest = null;
            foreach (RemotePeer peer in _peers)
            {
                if (peer != kept && (oldest is null || peer.HeardAt < oldest.HeardAt)) { oldest = peer; }
            }

            _peers.Remove(oldest!);
        }

        var added = new RemotePeer(id, route, now);
        _peers.Add(added);
        return added;
    }
}
