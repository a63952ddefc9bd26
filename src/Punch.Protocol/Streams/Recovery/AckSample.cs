namespace Punch.Protocol.Streams.Recovery;

/// <summary>What one acknowledgement tells congestion control.</summary>
/// <param name="Now">When it came.</param>
/// <param name="Packets">Packets that it acknowledges for the first time.</param>
/// <param name="GrowthBytes">Bytes in those that may grow the window (RFC 9002 §7.3.1, §7.8): sent with a full window, after the last reduction.</param>
/// <param name="RoundTrip">The round trip that it measured; null if it measured none.</param>
/// <param name="Smoothed">The smoothed round trip.</param>
/// <param name="StartsRound">Whether it acknowledges the first packet of a new round (RFC 9406 §4.2).</param>
internal readonly record struct AckSample(
    Instant Now, int Packets, long GrowthBytes, TimeSpan? RoundTrip, TimeSpan Smoothed, bool StartsRound);
