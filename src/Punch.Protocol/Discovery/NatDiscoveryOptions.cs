namespace Punch.Protocol.Discovery;

/// <summary>A STUN server to ask.</summary>
/// <param name="Address">The address that it listens on.</param>
/// <param name="LocalHost">The local address of the interface that leads to it; null if unknown.</param>
public readonly record struct DiscoveryServer(TransportAddress Address, HostAddress? LocalHost)
{
    /// <summary>Further addresses of the same name and family; null for none. Each is asked if those before are silent.</summary>
    public IReadOnlyList<DiscoveryServer>? Fallbacks { get; init; }
}

/// <summary>The configuration of a <see cref="NatDiscovery"/>.</summary>
public sealed record NatDiscoveryOptions
{
    /// <summary>The most servers asked in one address family.</summary>
    public const int MaxServers = 8;

    /// <summary>
    /// The number of sockets of one family for all tests: the main one, a fresh one for the filter, and four that only show which port they
    /// get.
    /// </summary>
    public const int SocketCount = 6;

    /// <summary>The smallest number of sockets of one family: the main one, and a fresh one for the filter.</summary>
    public const int MinSocketCount = 2;

    /// <summary>The number of sockets of one family if the lifetime is tested as well: one more for each wait.</summary>
    public static int SocketCountWithLifetime => SocketCount + LifetimeTest.StepCount;

    /// <summary>
    /// The servers to ask, of both families, the preferred one first. In each family those beyond <see cref="MaxServers"/> are left out.
    /// </summary>
    public required IReadOnlyList<DiscoveryServer> Servers { get; init; }

    /// <summary>
    /// The bound addresses of fresh sockets that have not sent anything, of both families. Each family with a server needs at least
    /// <see cref="MinSocketCount"/>. With fewer than <see cref="SocketCount"/>, the port allocation stays unknown. With more, the lifetime
    /// is tested too, which takes minutes.
    /// </summary>
    public required IReadOnlyList<TransportAddress> Sockets { get; init; }

    /// <summary>This machine's addresses. They decide which private addresses from a server may be sent to.</summary>
    public IReadOnlyList<LocalAddress> Hosts { get; init; } = [];

    /// <summary>128 bits from a secure source. With them, anyone could forge replies.</summary>
    public required (ulong High, ulong Low) IdKey { get; init; }

    /// <summary>Whether to send packets to this network's public address. Some firewalls report that as an attack.</summary>
    public bool TestsHairpin { get; init; }
}
