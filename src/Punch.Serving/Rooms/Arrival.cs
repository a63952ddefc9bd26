using Punch.Protocol;

namespace Punch.Serving.Rooms;

/// <summary>
/// How a datagram came, and so where whatever is sent to its sender later has to leave from: a NAT lets nothing in from elsewhere.
/// </summary>
/// <param name="Endpoint">Which of the server's endpoints it came to.</param>
/// <param name="Local">The very address it was sent to, also on a wildcard; a wildcard itself leaves the choice to the system.</param>
public readonly record struct Arrival(int Endpoint, HostAddress Local);
