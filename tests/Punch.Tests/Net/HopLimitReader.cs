using System.Runtime.InteropServices;
using Punch.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Punch.Net.Unix;

namespace Punch.Tests.Net;

/// <summary>Reads the hop limit of received datagrams from Linux's control messages. The product does not need it.</summary>
internal sealed unsafe partial class HopLimitReader
{
    private readonly int _descriptor;
    private readonly bool _isV6;

    public HopLimitReader(UdpSocket socket)
    {
        _descriptor = ((LinuxSocket)socket.System).Descriptor;
        _isV6 = socket.Local.Host.IsV6;
        // IP_RECVTTL, IPV6_RECVHOPLIMIT
        LibC.SetOption(_descriptor, _isV6 ? new SocketOption(41, 51) : new SocketOption(0, 12), 1);
    }

    /// <summary>Takes the next datagram and gives its hop limit.</summary>
    public int Read()
    {
        byte* data = stackalloc byte[8];
        int* control = stackalloc int[32];
        nint* vector = stackalloc nint[] { (nint)data, 8 };
        nint* header = stackalloc nint[] { 0, 0, (nint)vector, 1, (nint)control, 128, 0 };
        if (Receive(_descriptor, header, 0) < 0) { throw new InvalidOperationException($"recvmsg: errno {Marshal.GetLastPInvokeError()}"); }

        // cmsghdr: length (8 bytes), level, type, value. IP_TTL is 2, IPV6_HOPLIMIT is 52.
        bool isHopLimit = control[2] == (_isV6 ? 41 : 0) && control[3] == (_isV6 ? 52 : 2);
        return isHopLimit ? control[4] : throw new InvalidOperationException("another control message came");
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint Receive(int descriptor, void* message, int flags);
}
