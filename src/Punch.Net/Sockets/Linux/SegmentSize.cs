using System.Runtime.InteropServices;
using Punch.Net.Unix;

namespace Punch.Net.Sockets.Linux;

/// <summary>
/// The control message that has the kernel cut what is sent into datagrams (udp(7), UDP_SEGMENT).
/// <code>
/// size      bytes of each datagram(2)
/// </code>
/// </summary>
internal static class SegmentSize
{
    /// <summary>The environment variable that has every datagram sent by itself, if its value is 1.</summary>
    public const string OffVariable = "PUNCH_NO_GSO";

    // SOL_UDP, UDP_SEGMENT
    private static readonly (int Level, int Type) Kind = (17, 103);

    /// <summary>
    /// Whether the kernel supports it, and the user wants it. Kernels before Linux 4.18 would ignore the control message and send
    /// everything in one piece.
    /// </summary>
    public static bool IsUsable(int descriptor) =>
        Environment.GetEnvironmentVariable(OffVariable) != "1"
        && LibC.SetOption(descriptor, new SocketOption(Kind.Level, Kind.Type), 0) >= 0;

    /// <summary>
    /// Whether an error number can mean that the kernel does not cut here: the interface has no checksums in hardware, a piece is larger
    /// than the path's MTU, or a sandbox lacks the option.
    /// </summary>
    public static bool IsRefusal(int error) =>
        error is Errno.InputOutput or Errno.InvalidArgument or Errno.MessageSize or Errno.NoSuchOption or Errno.NotSupported;

    /// <summary>The size of the control message in bytes, aligned.</summary>
    public static int Space => ControlMessage.Space(sizeof(ushort));

    /// <summary>Writes the length of each datagram.</summary>
    public static void Write(Span<byte> control, int size) =>
        MemoryMarshal.Write(ControlMessage.Begin(control, Kind, sizeof(ushort)), (ushort)size);
}
