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
    /// Whether the kernel knows it. Those before Linux 4.18 would overlook the control message, and send all in one piece.
    /// </summary>
    public static bool IsKnown(int descriptor) => LibC.SetOption(descriptor, new SocketOption(Kind.Level, Kind.Type), 0) >= 0;

    /// <summary>Bytes of the control message, aligned.</summary>
    public static int Space => ControlMessage.Space(sizeof(ushort));

    /// <summary>Writes how long each datagram is to be.</summary>
    public static void Write(Span<byte> control, int size) =>
        MemoryMarshal.Write(ControlMessage.Begin(control, Kind, sizeof(ushort)), (ushort)size);
}
