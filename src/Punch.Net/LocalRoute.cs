using System.Net;
using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net;

/// <summary>Which of this machine's addresses the system sends from.</summary>
public static class LocalRoute
{
    /// <summary>The address of the interface through which a host is reached; null when there is no way to it. Nothing is sent.</summary>
    public static HostAddress? Towards(TransportAddress remote)
    {
        try
        {
            // Connecting a UDP socket only looks the route up. The socket is for nothing else.
            using var socket = new Socket(remote.Host.Family, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(remote.Host.ToIPAddress(), remote.Port));
            return HostAddress.FromIPAddress(((IPEndPoint)socket.LocalEndPoint!).Address);
        }
        catch (SocketException)
        {
            // No route, or no such family: the caller has other servers, or says so.
            return null;
        }
    }
}
