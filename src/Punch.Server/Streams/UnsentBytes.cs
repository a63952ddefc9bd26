using System.Net.Sockets;

namespace Punch.Server.Streams;

/// <summary>
/// Has the system queue little that it cannot send yet. Then what is too much waits in a <see cref="SendQueue"/>, where it is dropped, and
/// not for seconds in a buffer of the system.
/// </summary>
internal static class UnsentBytes
{
    private const int ProtocolTcp = 6;
    private const int NotSentLowWater = 25; // linux/tcp.h: TCP_NOTSENT_LOWAT
    private const int MostUnsent = 32 * 1024;

    /// <summary>Limits a connection, where the system can.</summary>
    public static void Limit(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) { return; }

        try
        {
            socket.SetRawSocketOption(ProtocolTcp, NotSentLowWater, BitConverter.GetBytes(MostUnsent));
        }
        catch (SocketException)
        {
            // A sandbox may forbid it. Then frames wait longer.
        }
    }
}
