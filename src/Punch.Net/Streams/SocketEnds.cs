using System.Net;
using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>The ends of a connected socket as transport addresses.</summary>
public static class SocketEnds
{
    /// <summary>The near end; all zero if the socket is closed already.</summary>
    public static TransportAddress Local(Socket socket, Transport transport) => Of(socket.LocalEndPoint, transport);

    /// <summary>The far end; all zero if the socket is closed already.</summary>
    public static TransportAddress Remote(Socket socket, Transport transport) => Of(socket.RemoteEndPoint, transport);

    private static TransportAddress Of(EndPoint? end, Transport transport) => end is IPEndPoint ip
        ? new TransportAddress(HostAddress.FromIPAddress(ip.Address), (ushort)ip.Port, transport)
        : new TransportAddress(HostAddress.AnyV4, 0, transport);
}
