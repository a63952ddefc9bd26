using Punch.Protocol;
using Punch.Serving.Rooms;

namespace Punch.Serving;

/// <summary>Who sent a datagram, and how it came.</summary>
/// <param name="Client">The source address.</param>
/// <param name="Local">The address that it was sent to, also on a wildcard.</param>
/// <param name="Endpoint">The number of the server's endpoint that it came to.</param>
/// <param name="Connection">The number of the connection that carried it; null for a datagram of the network.</param>
internal readonly record struct Caller(TransportAddress Client, TransportAddress Local, int Endpoint, long? Connection)
{
    /// <summary>How it arrived.</summary>
    public Arrival Arrival => new(Endpoint, Local.Host);
}

/// <summary>What a datagram says for the connection that carried it.</summary>
internal enum Standing
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>Its sender has a seat in a room, or a leg in a relayed session.</summary>
    Held,
}
