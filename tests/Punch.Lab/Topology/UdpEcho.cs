using System.Net;
using System.Net.Sockets;
using System.Text;
using Punch.Protocol;

namespace Punch.Lab.Topology;

/// <summary>Answers every datagram at a host's port with the text of its source address.</summary>
internal sealed class UdpEcho : IDisposable
{
    private readonly Socket _socket;
    private readonly Thread _thread;

    public UdpEcho(LabHost host, AddressFamily family, int port)
    {
        _socket = host.Bind(family, port);
        _thread = new Thread(Answer) { IsBackground = true, Name = "echo" };
        _thread.Start();
    }

    /// <summary>Sends one datagram and waits for the reply; null if none comes in time.</summary>
    public static (TransportAddress Seen, TimeSpan RoundTrip)? Ask(Socket socket, TransportAddress server, TimeSpan timeout)
    {
        byte[] buffer = new byte[256];
        socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
        Instant sent = LabClock.Now;
        socket.SendTo("?"u8, new IPEndPoint(server.Host.ToIPAddress(), server.Port));
        try
        {
            int size = socket.Receive(buffer);
            return (TransportAddress.Parse(Encoding.ASCII.GetString(buffer, 0, size)), LabClock.Now - sent);
        }
        catch (SocketException refusal) when (refusal.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return null;
        }
    }

    /// <summary>Sends one unsolicited datagram from the echo's port.</summary>
    public void SendUnasked(TransportAddress to) => _socket.SendTo("!"u8, new IPEndPoint(to.Host.ToIPAddress(), to.Port));

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
    }

    private void Answer()
    {
        byte[] buffer = new byte[2048];
        EndPoint any = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (true)
        {
            try
            {
                EndPoint from = any;
                _socket.ReceiveFrom(buffer, ref from);
                var client = (IPEndPoint)from;
                var seen = new TransportAddress(HostAddress.FromIPAddress(client.Address), (ushort)client.Port);
                _socket.SendTo(Encoding.ASCII.GetBytes(seen.ToString()), from);
            }
            catch (Exception closing) when (closing is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
