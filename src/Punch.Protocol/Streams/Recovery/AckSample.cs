namespace Punch.Protocol.Streams.Recovery;

/// <summary>What one acknowledgement tells congestion control.</summary>
/// <param name="Now">When it came.</param>
/// <param name="Packets">Packets that it acknowledges for the first time.</param>
/// <param name="RoundTrip">The round trip that it measured; null if it measured none.</param>
/// <param name="StartsRound">Whether it acknowledges the first packet of a new round (RFC 9406 §4.2).</param>
internal readonly record struct AckSample(Instant Now, int Packets, TimeSpan? RoundTrip, bool StartsRound);
