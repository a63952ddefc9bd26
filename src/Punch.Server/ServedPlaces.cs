using Punch.Server.Sockets;
using Punch.Serving;
using Punch.Serving.Rooms;

namespace Punch.Server;

/// <summary>All endpoints of a server with their UDP sockets, by the machines' endpoint numbers.</summary>
/// <param name="addresses">The served addresses, in the order of their endpoints.</param>
internal sealed class ServedPlaces(IReadOnlyList<ServedSockets> addresses)
{
    private readonly IBatchSocket[][] _sockets = [.. addresses.SelectMany(address => address.Udp).Select(sockets => sockets.ToArray())];

    /// <summary>The endpoints, in the form that a machine needs.</summary>
    public IReadOnlyList<ServedEndpoints> Served { get; } =
        [.. addresses.Select(address => new ServedEndpoints(address.Endpoints, address.PublicEndpoints))];

    /// <summary>Each UDP socket with the number of its endpoint.</summary>
    public IEnumerable<(int Endpoint, IBatchSocket Socket)> Udp =>
        _sockets.SelectMany((sockets, endpoint) => sockets.Select(socket => (endpoint, socket)));

    /// <summary>The socket to send from. If an endpoint has several sockets, it is one with the local address of the arrival.</summary>
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
