using System.Net;
using System.Net.Sockets;
using Punch.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>Which of this machine's addresses the system sends from.</summary>
public static class LocalRoute
{
    /// <summary>The local address of the interface that leads to a host; null if there is no route. Nothing is sent.</summary>
    public static HostAddress? Towards(TransportAddress remote) => Towards(remote, UdpSocket.SystemKind);

    /// <summary>
    /// Whether there is no way to a host yet: no route, or no usable address. This may pass. False if the system refuses for another
    /// reason. Nothing is sent.
    /// </summary>
    public static bool IsMissing(TransportAddress remote)
    {
        try
        {
            _ = UdpSocket.SystemKind == SocketKind.Linux ? BoundDescriptor.SourceTowards(remote) : Portable(remote);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown
                or SocketError.HostDown or SocketError.AddressNotAvailable;
        }
    }

    /// <summary>The same with a chosen kind of socket, so that Linux can test both kinds.</summary>
    internal static HostAddress? Towards(TransportAddress remote, SocketKind kind)
    {
        try
        {
            return kind == SocketKind.Linux ? BoundDescriptor.SourceTowards(remote) : Portable(remote);
        }
        catch (SocketException)
        {
            // No route, or no such family. The caller has other servers, or reports it.
            return null;
        }
    }

    private static HostAddress Portable(TransportAddress remote)
    {
        // Connecting a UDP socket only looks up the route. The socket has no other use.
        using var socket = new Socket(remote.Host.Family, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(new IPEndPoint(remote.Host.ToIPAddress(), remote.Port));
        return HostAddress.FromIPAddress(((IPEndPoint)socket.LocalEndPoint!).Address);
    }
}
