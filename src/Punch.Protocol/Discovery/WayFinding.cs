namespace Punch.Protocol.Discovery;

/// <summary>What came of a way to a server.</summary>
/// <param name="Address">The far end of the way, with its transport. With a proxy it is the proxy's.</param>
/// <param name="Failure">Why the server did not answer, in words for a user; null if it did.</param>
public readonly record struct WayFinding(TransportAddress Address, string? Failure);
