using System.Net;
using System.Net.Sockets;

namespace Punch.Tests.Net;

/// <summary>
/// A port that refuses datagrams. A socket that is connected elsewhere holds it and hears nothing. A port that is only free could be taken
/// by another test.
/// </summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket;

    public ClosedPort(TransportAddress host)
    {
        _socket = new Socket(host.Host.Family, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(host.Host.ToIPAddress(), 0));
        _socket.Connect(new IPEndPoint(host.Host.ToIPAddress(), 1));
        Address = host with { Port = (ushort)((IPEndPoint)_socket.LocalEndPoint!).Port };
    }

    public TransportAddress Address { get; }

    public void Dispose() => _socket.Dispose();
}
