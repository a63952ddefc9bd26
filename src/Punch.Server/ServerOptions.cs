using Punch.Net;
using Punch.Protocol;
using Punch.Serving;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Serving.Stun;

namespace Punch.Server;

/// <summary>What a <see cref="ServerHost"/> serves.</summary>
public sealed record ServerOptions
{
    /// <summary>Where; at least one.</summary>
    public required IReadOnlyList<ServedAddress> Addresses { get; init; }

    /// <summary>Whether it answers over TCP as well.</summary>
    public bool HasTcp { get; init; } = true;

    /// <summary>Answers to each /24 of IPv4 or /56 of IPv6, on each socket; null for no limit, which is for measurements.</summary>
    public RateLimit? Limit { get; init; } = RateLimit.Stun;

    /// <summary>
    /// How many rooms there may be for parties that want to meet: 1 to <see cref="MemoryRooms.MostRooms"/>; 0 serves none. Joins have a
    /// limit of their own, <see cref="RateLimit.Join"/>, and networks a share of the rooms, unless <see cref="Limit"/> is null.
    /// </summary>
    public int MaxRooms { get; init; } = MemoryRooms.DefaultMaxRooms;

    /// <summary>
    /// What is relayed for parties that meet in these rooms; null for nothing. Networks have a share of it unless <see cref="Limit"/> is
    /// null.
    /// </summary>
    public RelayOptions? Relay { get; init; } = new();

    /// <summary>How large an answer may be.</summary>
    public StunReplySize ReplySize { get; init; } = StunReplySize.NeverLarger;

    /// <summary>
    /// Where <see cref="MetricsText"/> is served over HTTP; a loopback address, since anybody who can reach it can read it. Null for
    /// nowhere.
    /// </summary>
    public TransportAddress? Metrics { get; init; }

    /// <summary>Who hears what the server does.</summary>
    public IServerObserver? Observer { get; init; }

    /// <summary>What the UDP sockets are made of; tests on Linux choose both.</summary>
    internal SocketKind Kind { get; init; } = OperatingSystem.IsLinux() ? SocketKind.Linux : SocketKind.Portable;

    /// <summary>How many TCP connections may be open.</summary>
    internal ConnectionLimits Connections { get; init; } = ConnectionLimits.Stun;

    /// <summary>How long a TCP connection may go without an answer.</summary>
    internal TimeSpan IdleTimeout { get; init; } = ServerMachineOptions.UsualIdleTimeout;
}

/// <summary>An address that is served, alone or with the second one that RFC 5780 asks for.</summary>
/// <param name="Host">The address; a wildcard serves all of this machine's.</param>
/// <param name="Port">The port; 0 takes any free one.</param>
public sealed record ServedAddress(HostAddress Host, ushort Port)
{
    /// <summary>A second port; null for none; 0 takes any free one.</summary>
    public ushort? AlternatePort { get; init; }

    /// <summary>A second address, of the same family and no wildcard, which needs a second port; null for none.</summary>
    public HostAddress? AlternateHost { get; init; }

    /// <summary>
    /// What clients know <see cref="Host"/> and <see cref="AlternateHost"/> by, behind a one-to-one NAT that keeps ports: answers name
    /// these. Null where they are the same.
    /// </summary>
    public (HostAddress First, HostAddress Second)? Public { get; init; }

    /// <summary>Whether it may be left out on a machine without IPv4 or without IPv6.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The addresses in the order of a machine's endpoints, ports of 0 included.</summary>
    internal IEnumerable<HostAddress> Hosts => (AlternateHost, AlternatePort) switch
    {
        ({ } alternate, _) => [Host, Host, alternate, alternate],
        (null, null) => [Host],
        (null, _) => [Host, Host],
    };
}
