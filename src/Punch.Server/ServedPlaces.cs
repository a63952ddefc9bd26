using Punch.Server.Sockets;
using Punch.Serving;
using Punch.Serving.Rooms;

namespace Punch.Server;

/// <summary>All endpoints of a server, by the numbers that its machines know them by, with the UDP sockets of each.</summary>
/// <param name="addresses">The served addresses, in order.</param>
internal sealed class ServedPlaces(IReadOnlyList<ServedSockets> addresses)
{
    private readonly IBatchSocket[][] _sockets = [.. addresses.SelectMany(address => address.Udp).Select(sockets => sockets.ToArray())];

    /// <summary>The endpoints, as a machine wants to know them.</summary>
    public IReadOnlyList<ServedEndpoints> Served { get; } =
        [.. addresses.Select(address => new ServedEndpoints(address.Endpoints, address.PublicEndpoints))];

    /// <summary>Each UDP socket and the number of its endpoint.</summary>
    public IEnumerable<(int Endpoint, IBatchSocket Socket)> Udp =>
        _sockets.SelectMany((sockets, endpoint) => sockets.Select(socket => (endpoint, socket)));

    /// <summary>The socket that sends from there. Where an endpoint has several, it is the one with that address.</summary>
    public IBatchSocket SocketFor(in Arrival from)
    {
        IBatchSocket[] sockets = _sockets[from.Endpoint];
        if (sockets.Length == 1) { return sockets[0]; }

        foreach (IBatchSocket each in sockets)
        {
            if (each.Local.Host == from.Local) { return each; }
        }

        return sockets[0];
    }
}
