using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Stun;
using Punch.Server.Streams;
using Punch.Serving;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Serving.Stun;

namespace Punch.Server;

/// <summary>The addresses and limits of a <see cref="ServerHost"/>.</summary>
public sealed record ServerOptions
{
    // More would wait for the tables that they share.
    private const int MaxThreads = 32;

    /// <summary>The addresses to serve; at least one.</summary>
    public required IReadOnlyList<ServedAddress> Addresses { get; init; }

    /// <summary>Whether it also serves plain TCP.</summary>
    public bool HasTcp { get; init; } = true;

    /// <summary>
    /// The limit of replies for each /24 of IPv4 or /56 of IPv6, on each socket; null for no limit, which is for measurements.
    /// </summary>
    public RateLimit? Limit { get; init; } = RateLimit.Stun;

    /// <summary>
    /// The most rooms for parties that want to meet: 1 to <see cref="MemoryRooms.MostRooms"/>; 0 serves no rooms. Joins have their own
    /// limit, <see cref="RateLimit.Join"/>, and each network gets a share of the rooms, unless <see cref="Limit"/> is null.
    /// </summary>
    public int MaxRooms { get; init; } = MemoryRooms.DefaultMaxRooms;

    /// <summary>
    /// What is relayed for parties that meet in these rooms; null for nothing. Networks have a share of it unless <see cref="Limit"/> is
    /// null.
    /// </summary>
    public RelayOptions? Relay { get; init; } = new();

    /// <summary>What joins and binds must prove to know; null for nothing.</summary>
    public ServerPassword? Password { get; init; }

    /// <summary>The limit of a reply's size.</summary>
    public StunReplySize ReplySize { get; init; } = StunReplySize.NeverLarger;

    /// <summary>
    /// The address to serve <see cref="MetricsText"/> at over HTTP; null for none. Use a loopback address: every host that can reach it can
    /// read it.
    /// </summary>
    public TransportAddress? Metrics { get; init; }

    /// <summary>The PEM files of the certificate and of its key, for the addresses that serve TLS; null for none.</summary>
    public (string Certificate, string Key)? Certificate { get; init; }

    /// <summary>The proxies that may name the client of a TCP connection: by PROXY protocol v2, or by X-Forwarded-For.</summary>
    public IReadOnlySet<HostAddress> Proxies { get; init; } = new HashSet<HostAddress>();

    /// <summary>Receives the server's events; null for no observer.</summary>
    public IServerObserver? Observer { get; init; }

    /// <summary>The kind of UDP sockets. Tests on Linux use both kinds.</summary>
    internal SocketKind Kind { get; init; } = OperatingSystem.IsLinux() ? SocketKind.Linux : SocketKind.Portable;

    /// <summary>How many threads share each UDP port, where <see cref="Kind"/> can: one for each core.</summary>
    internal int Threads { get; init; } = Math.Min(Environment.ProcessorCount, MaxThreads);

    /// <summary>The limits of open TCP connections.</summary>
    internal ConnectionLimits Connections { get; init; } = ConnectionLimits.Stun;

    /// <summary>How long a TCP connection may stay open without a reply.</summary>
    internal TimeSpan IdleTimeout { get; init; } = ServerMachineOptions.UsualIdleTimeout;
}

/// <summary>An address to serve, alone or with the second address that RFC 5780 asks for.</summary>
/// <param name="Host">The address; a wildcard serves all addresses of this machine.</param>
/// <param name="Port">The port; 0 takes any free one.</param>
public sealed record ServedAddress(HostAddress Host, ushort Port)
{
    /// <summary>A second port; null for none; 0 takes any free port.</summary>
    public ushort? AlternatePort { get; init; }

    /// <summary>A second address; null for none. It has the same family, is not a wildcard, and needs a second port.</summary>
    public HostAddress? AlternateHost { get; init; }

    /// <summary>
    /// The public addresses of <see cref="Host"/> and <see cref="AlternateHost"/> behind a one-to-one NAT that keeps ports. Replies name
    /// these. Null if they are the same.
    /// </summary>
    public (HostAddress First, HostAddress Second)? Public { get; init; }

    /// <summary>What its TCP port speaks. With <see cref="StreamKind.WebSocket"/> there is no UDP port.</summary>
    public StreamKind Streams { get; init; }

    /// <summary>Whether it is skipped on a machine without its address family.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The addresses in the order of a machine's endpoints. Ports may be 0.</summary>
    internal IEnumerable<HostAddress> Hosts => (AlternateHost, AlternatePort) switch
    {
        ({ } alternate, _) => [Host, Host, alternate, alternate],
        (null, null) => [Host],
        (null, _) => [Host, Host],
    };
}
