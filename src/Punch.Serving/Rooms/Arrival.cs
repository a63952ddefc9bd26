using Punch.Protocol;

namespace Punch.Serving.Rooms;

/// <summary>
/// How a datagram arrived. A later datagram to its sender has to leave from there, because a NAT accepts no other source.
/// </summary>
/// <param name="Endpoint">The number of the server's endpoint that it came to.</param>
/// <param name="Local">The exact destination address, also on a wildcard. With a wildcard here, the system chooses the source.</param>
public readonly record struct Arrival(int Endpoint, HostAddress Local);
