using System.Net;
using System.Net.Sockets;
using Punch.Lab.Topology;

namespace Punch.Lab.Meet;

/// <summary>
/// The least signalling that two ICE sides can share: it keeps what the first sends, and once the second sends, gives each the other's
/// words at the same instant. One datagram each way, no connection to be made first: faster than any that applications use.
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
