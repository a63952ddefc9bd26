using System.Buffers.Binary;
using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>All that differs from system to system in sockets that share a TCP port.</summary>
internal static class TcpOptions
{
    // IPPROTO_TCP and TCP_INFO of Linux, with the places of two 32-bit fields of its structure.
    private const int LinuxTcp = 6;
    private const int LinuxInfo = 11;
    private const int LinuxUnacknowledgedAt = 24;
    private const int LinuxNotSentAt = 144;

    // SOL_SOCKET and SO_NWRITE of macOS: the bytes in the send buffer.
    private const int MacSocket = 0xFFFF;
    private const int MacUnsent = 0x1024;

    /// <summary>An unbound socket that may share its port with others of this process.</summary>
    public static Socket Create(HostAddress host)
    {
        var socket = new Socket(host.Family, SocketType.Stream, ProtocolType.Tcp);
        if (host.IsV6) { socket.DualMode = false; }

        // SO_REUSEADDR, and on Unix SO_REUSEPORT too. A listener and sockets that connect need it on all of them.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        return socket;
    }

    /// <summary>
    /// Makes a socket ready to be connected, or one that was accepted. It ends with RST, also in the middle of a simultaneous open. A FIN
    /// would keep its two ports in use (TIME_WAIT of RFC 9293 §3.3.2), so that the next attempt or session could not connect them.
    /// </summary>
    public static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.LingerState = new LingerOption(true, 0);
    }

    /// <summary>Whether bytes that were sent are not confirmed by the far end's system; null where this system does not say.</summary>
    public static bool? HasUnconfirmed(Socket socket)
    {
        try
        {
            Span<byte> value = stackalloc byte[256];
            if (OperatingSystem.IsLinux())
            {
                int length = socket.GetRawSocketOption(LinuxTcp, LinuxInfo, value);
                bool isInFlight = length >= LinuxUnacknowledgedAt + 4 && Read(value[LinuxUnacknowledgedAt..]) != 0;
                return isInFlight || (length >= LinuxNotSentAt + 4 && Read(value[LinuxNotSentAt..]) != 0);
            }

            return OperatingSystem.IsMacOS() ? socket.GetRawSocketOption(MacSocket, MacUnsent, value) >= 4 && Read(value) != 0 : null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static uint Read(ReadOnlySpan<byte> value) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(value) : BinaryPrimitives.ReadUInt32BigEndian(value);
}
