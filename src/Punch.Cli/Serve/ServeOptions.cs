using Punch.Cli.Parsing;
using Punch.Protocol;
using Punch.Server;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Serving.Stun;

namespace Punch.Cli.Serve;

/// <summary>The options of <c>punch serve</c>, parsed and checked.</summary>
internal sealed record ServeOptions
{
    /// <summary>STUN's port: RFC 8489 §18.6.</summary>
    public const ushort DefaultPort = 3478;

    /// <summary>A wildcard of each family that this machine has.</summary>
    public static readonly IReadOnlyList<ServedAddress> Everywhere =
    [
        new(HostAddress.AnyV4, DefaultPort) { IsOptional = true }, new(HostAddress.AnyV6, DefaultPort) { IsOptional = true },
    ];

    /// <summary>The addresses to serve.</summary>
    public IReadOnlyList<ServedAddress> Addresses { get; init; } = Everywhere;

    /// <summary>Whether to serve TCP as well.</summary>
    public bool HasTcp { get; init; } = true;

    /// <summary>The files of the certificate and of its key; null without TLS.</summary>
    public (string Certificate, string Key)? Certificate { get; init; }

    /// <summary>The proxies that may name the client of a connection.</summary>
    public IReadOnlySet<HostAddress> Proxies { get; init; } = new HashSet<HostAddress>();

    /// <summary>The limit of replies for each network; null for no limit.</summary>
    public RateLimit? Limit { get; init; } = RateLimit.Stun;

    /// <summary>The most rooms; 0 serves none.</summary>
    public int MaxRooms { get; init; } = MemoryRooms.DefaultMaxRooms;

    /// <summary>What is relayed; null for nothing.</summary>
    public RelayOptions? Relay { get; init; } = new();

    /// <summary>How long it still relays after it was told to stop, as long as there is something to relay.</summary>
    public TimeSpan Drain { get; init; }

    /// <summary>Where the password is that joins and binds must prove to know.</summary>
    public PasswordPlace Password { get; init; } = PasswordPlace.None;

    /// <summary>The limit of a reply's size.</summary>
    public StunReplySize ReplySize { get; init; } = StunReplySize.AllAddresses;

    /// <summary>The address of the metrics; null for none.</summary>
    public TransportAddress? Metrics { get; init; }

    /// <summary>The interval of printed counts; null for never.</summary>
    public TimeSpan? Statistics { get; init; }

    /// <summary>Whether stdout carries JSON lines, and stderr the log as JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether only warnings and errors are logged.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>How many times <c>-v</c> was given.</summary>
    public int Verbosity { get; init; }

    /// <summary>The same options for the network layer.</summary>
    /// <exception cref="FailureException">The password cannot be read.</exception>
    public ServerOptions ForServer(IServerObserver observer) => new()
    {
        Addresses = Addresses,
        HasTcp = HasTcp,
        Certificate = Certificate,
        Proxies = Proxies,
        Limit = Limit,
        MaxRooms = MaxRooms,
        Relay = Relay,
        Password = Password.Read(),
        ReplySize = ReplySize,
        Metrics = Metrics,
        Observer = observer,
    };
}
