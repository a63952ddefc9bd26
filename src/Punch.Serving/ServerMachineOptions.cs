using Punch.Protocol;
using Punch.Serving.Limits;
using Punch.Serving.Stun;

namespace Punch.Serving;

/// <summary>What a <see cref="ServerMachine"/> is made of.</summary>
public sealed record ServerMachineOptions
{
    /// <summary>RFC 8489 §6.2.2 wants an idle client to close its connection soon.</summary>
    public static readonly TimeSpan UsualIdleTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Where it serves; an endpoint's number is its place in all of these together.</summary>
    public required IReadOnlyList<ServedEndpoints> Served { get; init; }

    /// <summary>
    /// Half of a secret from a secure source; with it return addresses can be forged. The machines of one server share it, so that each
    /// takes the NONCE of any other.
    /// </summary>
    public required ulong Key0 { get; init; }

    /// <summary>The other half.</summary>
    public required ulong Key1 { get; init; }

    /// <summary>Which of the machines that share the secret this is.</summary>
    public int Number { get; init; }

    /// <summary>Answers to each /24 of IPv4 or /56 of IPv6, on each endpoint; null for no limit.</summary>
    public RateLimit? Limit { get; init; } = RateLimit.Stun;

    /// <summary>
    /// Joins that prove their address, of each address of IPv4 or /64 of IPv6, and ten times as many of each network; those that do not,
    /// of each network. Null for no limit.
    /// </summary>
    public RateLimit? JoinLimit { get; init; } = RateLimit.Join;

    /// <summary>How large an answer may be.</summary>
    public StunReplySize ReplySize { get; init; } = StunReplySize.NeverLarger;

    /// <summary>How many connections may be open.</summary>
    public ConnectionLimits Connections { get; init; } = ConnectionLimits.Stun;

    /// <summary>How long a connection may go without an answer.</summary>
    public TimeSpan IdleTimeout { get; init; } = UsualIdleTimeout;

    /// <summary>What day it is: rooms are of a day, and clients with another one are told.</summary>
    public Calendar Calendar { get; init; } = new(DateTimeOffset.UnixEpoch, Instant.Zero);

    /// <summary>Whether there is an event for each request.</summary>
    public bool ReportsRequests { get; init; }
}

/// <summary>Endpoints that belong together, in one of the layouts of <see cref="StunServerOptions.Endpoints"/>.</summary>
/// <param name="Local">As this machine knows them; a wildcard host is normal.</param>
/// <param name="Public">As clients know them, behind a one-to-one NAT the public ones; answers name these.</param>
public sealed record ServedEndpoints(IReadOnlyList<TransportAddress> Local, IReadOnlyList<TransportAddress> Public)
{
    /// <summary>Endpoints that clients know by the same addresses.</summary>
    public ServedEndpoints(params IReadOnlyList<TransportAddress> endpoints)
        : this(endpoints, endpoints)
    {
    }
}
