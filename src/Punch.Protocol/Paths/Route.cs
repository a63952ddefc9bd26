namespace Punch.Protocol.Paths;

/// <summary>A way to the peer: the local socket, the destination, and the transport.</summary>
/// <param name="Local">The local address of the socket.</param>
/// <param name="Remote">The peer's address, as seen from there.</param>
/// <param name="Via">The transport.</param>
public readonly record struct Route(TransportAddress Local, TransportAddress Remote, Via Via = Via.Socket);

/// <summary>The transports of a route. Only sockets exist yet; a relay and a stream will have their own numbers.</summary>
public enum Via
{
    /// <summary>A UDP socket of this machine, directly to the peer.</summary>
    Socket,
}
