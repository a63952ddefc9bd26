using System.Diagnostics;
using Punch.Protocol;
using Punch.Protocol.Nat;

namespace Punch.Simulation;

/// <summary>The permissions to send inwards: the state behind the filtering of RFC 4787 §5.</summary>
internal sealed class FilterState(Filtering filtering, Refresh refresh, Lifetimes lifetimes, int limit)
{
    private readonly LeaseTable<FlowKey> _permissions = new(limit, lifetimes);

    public int Count => _permissions.Count;

    /// <summary>Notes that <paramref name="owner"/> sent to <paramref name="remote"/>; null if the table is full.</summary>
    public StateChange? Open(TransportAddress owner, TransportAddress remote, Instant now)
    {
        var key = new FlowKey(owner, Narrow(remote));
        if (_permissions.Find(key, now) is { } lease)
        {
            lease.Refreshed = now;
            return StateChange.Refreshed;
        }

        if (!_permissions.TryMakeRoom(now)) { return null; }

        _permissions.Add(key, key, now);
        return StateChange.Created;
    }

    /// <summary>
    /// Whether a packet from <paramref name="remote"/> may come in to <paramref name="owner"/>. If so, it counts as a reply.
    /// </summary>
    public bool Accepts(TransportAddress owner, TransportAddress remote, Instant now)
    {
        if (_permissions.Find(new FlowKey(owner, Narrow(remote)), now) is not { } lease) { return false; }

        lease.IsReplied = true;
        if (refresh == Refresh.Bidirectional) { lease.Refreshed = now; }

        return true;
    }

    public void Clear() => _permissions.Clear();

    private TransportAddress Narrow(TransportAddress remote) => filtering switch
    {
        Filtering.EndpointIndependent => default,
        Filtering.AddressDependent => remote with { Port = 0 },
        Filtering.AddressAndPortDependent => remote,
        _ => throw new UnreachableException(),
    };
}
