namespace Punch.Protocol.Discovery;

/// <summary>A STUN server to ask.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="LocalHost">The address of the interface through which the system reaches it; null when that is not known.</param>
public readonly record struct DiscoveryServer(TransportAddress Address, HostAddress? LocalHost);

/// <summary>What a <see cref="NatDiscovery"/> needs to know before it begins.</summary>
public sealed record NatDiscoveryOptions
{
    /// <summary>The most servers asked in one address family.</summary>
    public const int MaxServers = 8;

    /// <summary>
    /// Sockets of one family that use every test: the main one, a fresh one for the filter, four that only show which port they get.
    /// </summary>
    public const int SocketCount = 6;

    /// <summary>The fewest sockets of one family: the main one, and a fresh one for the filter.</summary>
    public const int MinSocketCount = 2;

    /// <summary>Sockets of one family when the mapping's lifetime is tested as well: one more for each time to wait.</summary>
    public static int SocketCountWithLifetime => SocketCount + LifetimeTest.StepCount;

    /// <summary>
    /// Servers to ask, the preferred one first, of both families. Of one family those beyond <see cref="MaxServers"/> are left out.
    /// </summary>
    public required IReadOnlyList<DiscoveryServer> Servers { get; init; }

    /// <summary>
    /// The bound addresses of sockets that nobody has sent from, of both families: of each one whose servers are to be asked at least
    /// <see cref="MinSocketCount"/>. With fewer than <see cref="SocketCount"/> the ports' allocation stays unknown; with more the
    /// lifetime is tested, too, which takes minutes.
    /// </summary>
    public required IReadOnlyList<TransportAddress> Sockets { get; init; }

    /// <summary>This machine's addresses: they decide which private addresses that a server names may be sent to.</summary>
    public IReadOnlyList<LocalAddress> Hosts { get; init; } = [];

    /// <summary>128 bits from a secure source: who knows them can forge answers.</summary>
    public required (ulong High, ulong Low) IdKey { get; init; }

    /// <summary>Whether to send packets to the own public address. Some firewalls take that for an attack.</summary>
    public bool TestsHairpin { get; init; }
}
