using Punch.Protocol;
using Punch.Serving;

namespace Punch.Cli.Serve;

/// <summary>Tells what the server does: for people, or for programs.</summary>
internal interface IServePresenter
{
    /// <summary>It serves.</summary>
    void Begin(ServeStart start);

    /// <summary>What was counted so far.</summary>
    void Report(ServeReading reading);

    /// <summary>It was told to stop, and did.</summary>
    void End(ServeReading reading);

    /// <summary>It could not begin.</summary>
    void Fail(Failure failure);
}

/// <summary>What is known when a server begins.</summary>
internal sealed record ServeStart
{
    /// <summary>The addresses that are served, with their real ports.</summary>
    public required IReadOnlyList<TransportAddress> Endpoints { get; init; }

    /// <summary>The same as clients know them.</summary>
    public required IReadOnlyList<TransportAddress> PublicEndpoints { get; init; }

    /// <summary>Whether over TCP, too.</summary>
    public required bool HasTcp { get; init; }

    /// <summary>Where the metrics are; null for nowhere.</summary>
    public required TransportAddress? Metrics { get; init; }

    /// <summary>The wall-clock time.</summary>
    public required DateTimeOffset Time { get; init; }
}

/// <summary>What was counted.</summary>
/// <param name="Statistics">Since the start.</param>
/// <param name="Elapsed">How long ago that was.</param>
internal sealed record ServeReading(ServerStatistics Statistics, TimeSpan Elapsed);
