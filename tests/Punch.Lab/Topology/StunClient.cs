using System.Net;
using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Lab.Topology;

/// <summary>Asks a STUN server, to see whether it runs.</summary>
internal static class StunClient
{
    // A busy machine takes long to start a process, which says nothing about it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks from the server's own machine until it answers, or has ended.</summary>
    /// <exception cref="InvalidOperationException">It does not answer; the message has its output.</exception>
    public static void AwaitAnswer(LabHost machine, TransportAddress server, LabProcess process)
    {
        byte[] request = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        using Socket socket = machine.Bind(server.Host.Family);
        socket.ReceiveTimeout = 50;
        Instant end = LabClock.Now + Patience;
        while (LabClock.Now < end)
        {
            try
            {
                socket.SendTo(request, new IPEndPoint(server.Host.ToIPAddress(), server.Port));
                if (socket.Receive(new byte[1500]) > 0) { return; }
            }
            catch (SocketException refusal) when (refusal.SocketErrorCode is SocketError.TimedOut or SocketError.ConnectionRefused)
            {
                if (process.WaitForExit(AskEvery)) { break; }
            }
        }

        string printed = string.Join('\n', process.Output.Concat(process.Errors).Select(line => line.Text));
        throw new InvalidOperationException($"the server at {server} does not answer; it printed:\n{printed}");
    }
}
