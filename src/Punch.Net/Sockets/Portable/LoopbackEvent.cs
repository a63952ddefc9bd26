using System.Net;
using System.Net.Sockets;

namespace Punch.Net.Sockets.Portable;

/// <summary>A datagram that a socket on loopback sends to itself.</summary>
internal sealed class LoopbackEvent : ISystemEvent
{
    private readonly byte[] _received = new byte[8];

    /// <summary>Creates one that is not set.</summary>
    /// <exception cref="SocketException">The system has no socket left.</exception>
    public LoopbackEvent()
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Connect(Socket.LocalEndPoint!);
    }

    /// <summary>The socket to wait for.</summary>
    public Socket Socket { get; }

    public void Set() => Socket.Send([1]);

    public void Clear() => Socket.Receive(_received);

    public void Dispose() => Socket.Dispose();
}
