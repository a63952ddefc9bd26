using Punch.Protocol.Relay;

namespace Punch.Serving.Relay;

/// <summary>How much a relay gives.</summary>
public sealed record RelayOptions
{
    /// <summary>How many sessions there may be unless told otherwise.</summary>
    public const int DefaultMaxSessions = 10_000;

    /// <summary>The most sessions there may be.</summary>
    public const int MostSessions = 1_000_000;

    /// <summary>How many sessions there may be at once, 1 to <see cref="MostSessions"/>.</summary>
    public int MaxSessions { get; init; } = DefaultMaxSessions;

    /// <summary>
    /// What each session may use: 10 Mbit/s in each direction, and 1 GB. A datagram counts with its headers:
    /// <see cref="RelayTable.HeadersBelow"/>.
    /// </summary>
    public RelayLimits Limits { get; init; } = new(BytesPerSecond: 1_250_000, Volume: 1_000_000_000);

    /// <summary>What all sessions may use together, in bytes a second; 0 for no limit. Half of the line that a usual server has.</summary>
    public long TotalBytesPerSecond { get; init; } = 62_500_000;

    /// <summary>Whether no network may hold more than its share of the sessions.</summary>
    public bool HasShares { get; init; } = true;
}
