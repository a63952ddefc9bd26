using System.Runtime.InteropServices;
using Punch.Net.Linux;

namespace Punch.Server.Sockets;

/// <summary>
/// The control message that has the kernel cut what is sent into datagrams (udp(7), UDP_SEGMENT; cmsg(3)).
/// <code>
/// cmsghdr   length(size_t) level(4) type(4)
/// size      bytes of each datagram(2)
/// </code>
/// </summary>
internal static class SegmentSize
{
    // SOL_UDP, UDP_SEGMENT
    private const int Level = 17;
    private const int Type = 103;

    // sizeof(struct cmsghdr): a size_t and two ints.
    private static readonly int HeaderLength = nint.Size + 8;

    /// <summary>
    /// Whether the kernel knows it. Those before Linux 4.18 would overlook the control message, and send all in one piece.
    /// </summary>
    public static bool IsKnown(int descriptor) => LibC.SetOption(descriptor, new SocketOption(Level, Type), 0) >= 0;

    /// <summary>Bytes of the control message, aligned.</summary>
    public static int Space => HeaderLength + nint.Size;

    /// <summary>Writes how long each datagram is to be.</summary>
    public static void Write(Span<byte> control, int size)
    {
        MemoryMarshal.Write(control, (nint)(HeaderLength + sizeof(ushort)));
        MemoryMarshal.Write(control[nint.Size..], Level);
        MemoryMarshal.Write(control[(nint.Size + 4)..], Type);
        MemoryMarshal.Write(control[HeaderLength..], (ushort)size);
    }
}
