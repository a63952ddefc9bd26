namespace Punch.Protocol.Peer;

/// <summary>A way to the peer: which own socket, and where to.</summary>
/// <param name="Local">The local address of the socket.</param>
/// <param name="Remote">The peer's address as seen from there.</param>
internal readonly record struct Route(TransportAddress Local, TransportAddress Remote);
