using System.Runtime.InteropServices;
using Punch.Net.Unix;

namespace Punch.Net.Sockets.Linux;

/// <summary>
/// The control messages that have the kernel cut what is sent into datagrams (udp(7), UDP_SEGMENT), and that tell where to cut what came
/// (UDP_GRO).
/// <code>
/// UDP_SEGMENT   bytes of each datagram(2)
/// UDP_GRO       bytes of each datagram(4)
/// </code>
/// </summary>
internal static class SegmentControl
{
    /// <summary>The environment variable that has every datagram sent and received by itself, if its value is 1.</summary>
    public const string OffVariable = "PUNCH_NO_GSO";

    // SOL_UDP, UDP_SEGMENT; SOL_UDP, UDP_GRO
    private static readonly (int Level, int Type) Kind = (17, 103);
    private static readonly (int Level, int Type) ReceivedKind = (17, 104);

    /// <summary>
    /// Whether the kernel supports it, and the user wants it. Kernels before Linux 4.18 would ignore the control message and send
    /// everything in one piece.
    /// </summary>
    public static bool IsUsable(int descriptor) =>
        IsWanted && LibC.SetOption(descriptor, new SocketOption(Kind.Level, Kind.Type), 0) >= 0;

    /// <summary>
    /// Whether an error number can mean that the kernel does not cut here: the interface has no checksums in hardware, a piece is larger
    /// than the path's MTU, or a sandbox lacks the option.
    /// </summary>
    public static bool IsRefusal(int error) =>
        error is Errno.InputOutput or Errno.InvalidArgument or Errno.MessageSize or Errno.NoSuchOption or Errno.NotSupported;

    private static bool IsWanted => Environment.GetEnvironmentVariable(OffVariable) != "1";

    /// <summary>Has the kernel hand over datagrams of one source and size together, or not. Older kernels never do.</summary>
    public static void SwitchReceive(int descriptor, bool isOn) =>
        _ = LibC.SetOption(descriptor, new SocketOption(ReceivedKind.Level, ReceivedKind.Type), isOn && IsWanted ? 1 : 0);

    /// <summary>Reads the length of each datagram but the last; 0 if there is only one.</summary>
    public static int Read(ReadOnlySpan<byte> control)
    {
        ReadOnlySpan<byte> size = ControlMessage.Data(control, ReceivedKind, sizeof(int));
        return size.IsEmpty ? 0 : Math.Max(0, MemoryMarshal.Read<int>(size));
    }

    /// <summary>The size of the control message in bytes, aligned.</summary>
    public static int Space => ControlMessage.Space(sizeof(ushort));

    /// <summary>Writes the length of each datagram.</summary>
    public static void Write(Span<byte> control, int size) =>
        MemoryMarshal.Write(ControlMessage.Begin(control, Kind, sizeof(ushort)), (ushort)size);
}
