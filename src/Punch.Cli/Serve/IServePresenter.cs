using Punch.Protocol;
using Punch.Serving;

namespace Punch.Cli.Serve;

/// <summary>Shows the server's state: for people, or for programs.</summary>
internal interface IServePresenter
{
    /// <summary>The server has begun.</summary>
    void Begin(ServeStart start);

    /// <summary>A report of the counts so far.</summary>
    void Report(ServeReading reading);

    /// <summary>The server has stopped.</summary>
    void End(ServeReading reading);

    /// <summary>The server could not begin.</summary>
    void Fail(Failure failure);
}

/// <summary>The facts about a server that begins.</summary>
internal sealed record ServeStart
{
    /// <summary>The addresses that are served, with their real ports.</summary>
    public required IReadOnlyList<TransportAddress> Endpoints { get; init; }

    /// <summary>The same endpoints with the addresses that clients see.</summary>
    public required IReadOnlyList<TransportAddress> PublicEndpoints { get; init; }

    /// <summary>Whether it also serves TCP.</summary>
    public required bool HasTcp { get; init; }

    /// <summary>Whether joins need a password.</summary>
    public bool HasPassword { get; init; }

    /// <summary>The addresses that serve TLS, and UDP on the same port.</summary>
    public IReadOnlyList<TransportAddress> Tls { get; init; } = [];

    /// <summary>The addresses that serve WebSockets without TLS.</summary>
    public IReadOnlyList<TransportAddress> WebSockets { get; init; } = [];

    /// <summary>What a client needs to trust the certificate alone: <c>tls://HOST#sha256=…</c>; null without TLS.</summary>
    public string? Pin { get; init; }

    /// <summary>The address of the metrics; null for none.</summary>
    public required TransportAddress? Metrics { get; init; }

    /// <summary>The wall-clock time of the start.</summary>
    public required DateTimeOffset Time { get; init; }
}

/// <summary>The counts of a server.</summary>
/// <param name="Statistics">The counts since the start.</param>
/// <param name="Elapsed">The time since the start.</param>
internal sealed record ServeReading(ServerStatistics Statistics, TimeSpan Elapsed);
