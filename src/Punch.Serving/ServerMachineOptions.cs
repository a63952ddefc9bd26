using Punch.Protocol;
using Punch.Protocol.Stun;
using Punch.Serving.Limits;
using Punch.Serving.Stun;

namespace Punch.Serving;

/// <summary>The configuration of a <see cref="ServerMachine"/>.</summary>
public sealed record ServerMachineOptions
{
    /// <summary>The default idle time. RFC 8489 §6.2.2 wants an idle client to close its connection soon.</summary>
    public static readonly TimeSpan UsualIdleTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The served endpoints. The number of an endpoint is its index in all of these together.</summary>
    public required IReadOnlyList<ServedEndpoints> Served { get; init; }

    /// <summary>
    /// Half of a secret from a secure source. With the secret, anyone could forge proofs of an address.
    /// </summary>
    public required ulong Key0 { get; init; }

    /// <summary>The other half of the secret.</summary>
    public required ulong Key1 { get; init; }

    /// <summary>The limit of replies for each /24 of IPv4 or /56 of IPv6, on each endpoint; null for no limit.</summary>
    public RateLimit? Limit { get; init; } = RateLimit.Stun;

    /// <summary>
    /// The limit of joins; null for no limit. Proven joins: of each IPv4 address or /64 of IPv6, and ten times as many of each network.
    /// Unproven joins: of each network.
    /// </summary>
    public RateLimit? JoinLimit { get; init; } = RateLimit.Join;

    /// <summary>What joins and binds must prove to know; null for nothing. STUN is for everybody.</summary>
    public ServerPassword? Password { get; init; }

    /// <summary>The limit of a reply's size.</summary>
    public StunReplySize ReplySize { get; init; } = StunReplySize.NeverLarger;

    /// <summary>The limits of open connections.</summary>
    public ConnectionLimits Connections { get; init; } = ConnectionLimits.Stun;

    /// <summary>How long a connection may stay open without a reply.</summary>
    public TimeSpan IdleTimeout { get; init; } = UsualIdleTimeout;

    /// <summary>What day it is: rooms are of a day, and clients with another one are told.</summary>
    public Calendar Calendar { get; init; } = new(DateTimeOffset.UnixEpoch, Instant.Zero);

    /// <summary>Whether there is an event for each request.</summary>
    public bool ReportsRequests { get; init; }
}

/// <summary>Endpoints that belong together, in one of the layouts of <see cref="StunServerOptions.Endpoints"/>.</summary>
/// <param name="Local">The addresses as this machine knows them; a wildcard host is normal.</param>
/// <param name="Public">The addresses as clients know them: the public ones behind a one-to-one NAT. Replies name these.</param>
public sealed record ServedEndpoints(IReadOnlyList<TransportAddress> Local, IReadOnlyList<TransportAddress> Public)
{
    /// <summary>Endpoints with the same addresses for this machine and its clients.</summary>
    public ServedEndpoints(params IReadOnlyList<TransportAddress> endpoints)
        : this(endpoints, endpoints)
    {
    }
}
