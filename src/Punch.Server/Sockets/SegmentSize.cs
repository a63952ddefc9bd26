using System.Runtime.InteropServices;
using Punch.Net.Unix;

namespace Punch.Server.Sockets;

/// <summary>
/// The control message that has the kernel cut what is sent into datagrams (udp(7), UDP_SEGMENT).
/// <code>
/// size      bytes of each datagram(2)
/// </code>
/// </summary>
internal static class SegmentSize
{
    // SOL_UDP, UDP_SEGMENT
    private static readonly (int Level, int Type) Kind = (17, 103);

    /// <summary>
    /// Whether the kernel supports it. Kernels before Linux 4.18 would ignore the control message and send everything in one piece.
    /// </summary>
    public static bool IsKnown(int descriptor) => LibC.SetOption(descriptor, new SocketOption(Kind.Level, Kind.Type), 0) >= 0;

    /// <summary>The size of the control message in bytes, aligned.</summary>
    public static int Space => ControlMessage.Space(sizeof(ushort));

    /// <summary>Writes the length of each datagram.</summary>
    public static void Write(Span<byte> control, int size) =>
        MemoryMarshal.Write(ControlMessage.Begin(control, Kind, sizeof(ushort)), (ushort)size);
}
