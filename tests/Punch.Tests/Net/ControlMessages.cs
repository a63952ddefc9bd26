using System.Runtime.InteropServices;

namespace Punch.Tests.Net;

/// <summary>Receives a datagram with Linux's control messages, which the product has no need of.</summary>
internal static unsafe partial class ControlMessages
{
    /// <summary>The hop limit that the next datagram arrived with.</summary>
    public static int ReadHopLimit(int descriptor, int level, int type)
    {
        byte* data = stackalloc byte[8];
        int* control = stackalloc int[32];
        nint* vector = stackalloc nint[] { (nint)data, 8 };
        nint* header = stackalloc nint[] { 0, 0, (nint)vector, 1, (nint)control, 128, 0 };
        if (Receive(descriptor, header, 0) < 0) { throw new InvalidOperationException($"recvmsg failed: errno {Marshal.GetLastPInvokeError()}"); }

        // cmsghdr: length (8 bytes), level, type, value
        return control[2] == level && control[3] == type ? control[4] : throw new InvalidOperationException("another control message came");
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint Receive(int descriptor, void* message, int flags);
}
