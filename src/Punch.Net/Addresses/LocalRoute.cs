using System.Net;
using System.Net.Sockets;
using Punch.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>Which of this machine's addresses the system sends from.</summary>
public static class LocalRoute
{
    /// <summary>The address of the interface through which a host is reached; null when there is no way to it. Nothing is sent.</summary>
    public static HostAddress? Towards(TransportAddress remote) => Towards(remote, UdpSocket.SystemKind);

    /// <summary>
    /// Whether there is no way to a host, which may pass: no route, or no address yet that could be used. Nothing is sent. False where
    /// the system refuses for another reason.
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

    /// <summary>The same by means of the caller's choice, so that Linux can test both.</summary>
    internal static HostAddress? Towards(TransportAddress remote, SocketKind kind)
    {
        try
        {
            return kind == SocketKind.Linux ? BoundDescriptor.SourceTowards(remote) : Portable(remote);
        }
        catch (SocketException)
        {
            // No route, or no such family: the caller has other servers, or says so.
            return null;
        }
    }

    private static HostAddress Portable(TransportAddress remote)
    {
        // Connecting a UDP socket only looks the route up. The socket is for nothing else.
        using var socket = new Socket(remote.Host.Family, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(new IPEndPoint(remote.Host.ToIPAddress(), remote.Port));
        return HostAddress.FromIPAddress(((IPEndPoint)socket.LocalEndPoint!).Address);
    }
}
