namespace Punch.Protocol.Discovery;

/// <summary>The sockets of one address family, by purpose.</summary>
internal sealed class DiscoverySockets
{
    public DiscoverySockets(IEnumerable<TransportAddress> sockets)
    {
        TransportAddress[] all = [.. sockets];
        if (all.Length < NatDiscoveryOptions.MinSocketCount)
        {
            throw new ArgumentException($"an address family needs {NatDiscoveryOptions.MinSocketCount} sockets at least");
        }

        Main = all[0];
        Fresh = all[1];
        Extra = all[2..Math.Min(all.Length, NatDiscoveryOptions.SocketCount)];
        Lifetime = all.Length >= NatDiscoveryOptions.SocketCountWithLifetime
            ? all[NatDiscoveryOptions.SocketCount..NatDiscoveryOptions.SocketCountWithLifetime]
            : [];
    }

    /// <summary>Asks every server at every place, for the tests of the mapping.</summary>
    public TransportAddress Main { get; }

    /// <summary>Asks one place only, for the tests of the filter. So a datagram from elsewhere is unsolicited.</summary>
    public TransportAddress Fresh { get; }

    /// <summary>Ask once each, to show which ports a NAT gives one after the other.</summary>
    public IReadOnlyList<TransportAddress> Extra { get; }

    /// <summary>One socket for each wait of the lifetime test; empty if that test is off.</summary>
    public IReadOnlyList<TransportAddress> Lifetime { get; }
}
