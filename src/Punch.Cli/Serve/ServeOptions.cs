using Punch.Protocol;
using Punch.Server;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Serving.Stun;

namespace Punch.Cli.Serve;

/// <summary>What <c>punch serve</c> was asked to do; parsed once, never checked again.</summary>
internal sealed record ServeOptions
{
    /// <summary>STUN's port: RFC 8489 §18.6.</summary>
    public const ushort DefaultPort = 3478;

    /// <summary>A wildcard of each family this machine has.</summary>
    public static readonly IReadOnlyList<ServedAddress> Everywhere =
    [
        new(HostAddress.AnyV4, DefaultPort) { IsOptional = true }, new(HostAddress.AnyV6, DefaultPort) { IsOptional = true },
    ];

    /// <summary>Where to answer.</summary>
    public IReadOnlyList<ServedAddress> Addresses { get; init; } = Everywhere;

    /// <summary>Whether to answer over TCP as well.</summary>
    public bool HasTcp { get; init; } = true;

    /// <summary>Answers to each network; null for no limit.</summary>
    public RateLimit? Limit { get; init; } = RateLimit.Stun;

    /// <summary>How many rooms there may be; 0 serves none.</summary>
    public int MaxRooms { get; init; } = MemoryRooms.DefaultMaxRooms;

    /// <summary>What is relayed; null for nothing.</summary>
    public RelayOptions? Relay { get; init; } = new();

    /// <summary>How long it still relays after it was told to stop, as long as there is something to relay.</summary>
    public TimeSpan Drain { get; init; }

    /// <summary>How large an answer may be.</summary>
    public StunReplySize ReplySize { get; init; } = StunReplySize.AllAddresses;

    /// <summary>Where the metrics are served; null for nowhere.</summary>
    public TransportAddress? Metrics { get; init; }

    /// <summary>How often to print what was counted; null never.</summary>
    public TimeSpan? Statistics { get; init; }

    /// <summary>Whether stdout carries JSON lines, and stderr the log as JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether only trouble is logged.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>How often <c>-v</c> was given.</summary>
    public int Verbosity { get; init; }

    /// <summary>The same for the network layer.</summary>
    public ServerOptions ForServer(IServerObserver observer) => new()
    {
        Addresses = Addresses,
        HasTcp = HasTcp,
        Limit = Limit,
        MaxRooms = MaxRooms,
        Relay = Relay,
        ReplySize = ReplySize,
        Metrics = Metrics,
        Observer = observer,
    };
}
