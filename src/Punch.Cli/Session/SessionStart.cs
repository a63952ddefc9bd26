using Punch.Protocol;

namespace Punch.Cli.Session;

/// <summary>What is known when a session begins.</summary>
internal sealed record SessionStart
{
    /// <summary>The remote host, or in a meeting the server, as it was typed; empty where this side listens for anybody.</summary>
    public required string Host { get; init; }

    /// <summary>Its addresses: those of the peer that are tried, or those of the server, which are asked in this order.</summary>
    public required IReadOnlyList<TransportAddress> Remotes { get; init; }

    /// <summary>The bound addresses, one per family.</summary>
    public required IReadOnlyList<TransportAddress> Locals { get; init; }

    /// <summary>The session's id on the wire.</summary>
    public required ulong Id { get; init; }

    /// <summary>The wall-clock time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What is known of a meeting besides; null where there is no code.</summary>
    public MeetingStart? Meeting { get; init; }

    /// <summary>Whether <see cref="Host"/> is a server, and not the peer.</summary>
    public bool IsByServer => Meeting is { HasServer: true };
}

/// <summary>What is known when a meeting begins.</summary>
internal sealed record MeetingStart
{
    /// <summary>This machine's addresses and subnets, as seen last.</summary>
    public required Func<IReadOnlyList<LocalAddress>> Hosts { get; init; }

    /// <summary>Whether a server introduces the two sides. Otherwise one knows the other's address.</summary>
    public bool HasServer { get; init; } = true;

    /// <summary>The addresses of the server that are asked over UDP at once.</summary>
    public IReadOnlyList<TransportAddress> FirstWays { get; init; } = [];

    /// <summary>Whether streams are tried, too.</summary>
    public bool HasStreams { get; init; }

    /// <summary>Describes another way to the server, of which only the address is known.</summary>
    public Func<TransportAddress, string> Describe { get; init; } = address => address.ToString();

    /// <summary>Names another way to the server, of which only the address is known, as <c>--via</c> takes it.</summary>
    public Func<TransportAddress, string> UrlOf { get; init; } = address => address.ToString();

    /// <summary>The proxy that leads to the server at an address; null for none.</summary>
    public Func<TransportAddress, string?> ProxyOf { get; init; } = _ => null;

    /// <summary>Whether only a relay was asked for.</summary>
    public bool IsRelayOnly { get; init; }

    /// <summary>What people call the TURN server of this side; null where there is none.</summary>
    public string? Turn { get; init; }

    /// <summary>The code, where it was made here: the only place from which it is ever printed. Null where it was given.</summary>
    public string? NewCode { get; init; }

    /// <summary>The command for the peer; null where the code was given.</summary>
    public string? Command { get; init; }
}
