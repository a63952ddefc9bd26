using System.Net;
using System.Net.Sockets;
using Punch.Lab.Topology;

namespace Punch.Lab.Meet;

/// <summary>
/// The least signalling that two ICE sides can share. It keeps what the first side sends. When the second side sends, both get the other's
/// message at the same instant. That is one datagram each way and no connection, faster than in applications.
/// </summary>
internal sealed class SignalServer : IDisposable
{
    public const int Port = 5000;
    private readonly Socket _socket;
    private readonly Thread _thread;

    public SignalServer(LabHost machine)
    {
        _socket = machine.Bind(AddressFamily.InterNetwork, Port);
        _thread = new Thread(Serve) { IsBackground = true, Name = "signalling" };
        _thread.Start();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        byte[] buffer = new byte[65_536];
        var words = new Dictionary<EndPoint, byte[]>();
        while (true)
        {
            try
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                int size = _socket.ReceiveFrom(buffer, ref from);
                words[from] = buffer[..size];
                if (words.Count == 2) { GiveOthers(words); }
            }
            catch (Exception closing) when (closing is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void GiveOthers(Dictionary<EndPoint, byte[]> words)
    {
        EndPoint[] sides = [.. words.Keys];
        _socket.SendTo(words[sides[0]], sides[1]);
        _socket.SendTo(words[sides[1]], sides[0]);
    }
}
