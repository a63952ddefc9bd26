using System.Runtime.InteropServices;

namespace Punch.Net.Unix;

/// <summary>
/// epoll_event of epoll_ctl(2), whose number is aligned to 8 bytes but on x86.
/// <code>
/// events(4)  padding(0 or 4)  number(8)
/// </code>
/// </summary>
internal static class EpollEvent
{
    private const uint Readable = 1; // EPOLLIN. The kernel always reports errors.

    private static readonly int NumberAt = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    /// <summary>The size of an event in bytes.</summary>
    public static readonly int Length = NumberAt + sizeof(long);

    /// <summary>Writes which event to wait for, and the number that comes back with it.</summary>
    public static void Write(Span<byte> bytes, long number)
    {
        MemoryMarshal.Write(bytes, Readable);
        MemoryMarshal.Write(bytes[NumberAt..], number);
    }

    /// <summary>Reads the number of an event.</summary>
    public static long Number(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<long>(bytes[NumberAt..]);
}
