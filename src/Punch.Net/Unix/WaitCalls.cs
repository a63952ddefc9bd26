using System.Runtime.InteropServices;

namespace Punch.Net.Unix;

/// <summary>
/// The system calls that wait: poll(2), eventfd(2) and epoll(7). Each returns 0 or more, or the negative error number. All but
/// <see cref="WaitFor"/> are those of Linux.
/// </summary>
internal static unsafe partial class WaitCalls
{
    private const string Library = "libc";
    private const int CloseOnExec = 0x8_0000;
    private const int NonBlocking = 0x800;
    private const int NanosecondsPerTick = 100;

    // epoll_pwait2, of the same number on every architecture. Libraries older than glibc 2.35 have no function for it.
    private const nint EpollWaitNumber = 441;

    // Kernels before 5.11 and some sandboxes lack the precise call.
    private static volatile bool s_lacksPreciseEpoll;

    /// <summary>Waits for any of the descriptors. An interrupted call looks like one that found nothing.</summary>
    public static void Poll(Span<PollFd> polled, TimeSpan wait)
    {
        // timespec: seconds and nanoseconds, each a C long
        nint* time = stackalloc nint[] { (nint)(wait.Ticks / TimeSpan.TicksPerSecond), (nint)Nanoseconds(wait) };
        fixed (PollFd* first = polled)
        {
            if (PrecisePollCall(first, (nuint)polled.Length, time, null) >= 0) { return; }
        }

        foreach (ref PollFd each in polled) { each.Returned = 0; }
    }

    /// <summary>Waits for one descriptor, without a time limit.</summary>
    public static void WaitFor(int descriptor, short events)
    {
        var polled = new PollFd(descriptor, events);
        _ = PollCall(&polled, 1, -1);
    }

    /// <summary>Opens an event that child processes do not inherit. Returns its descriptor.</summary>
    public static int Event() => LibC.Result(EventCall(0, CloseOnExec | NonBlocking));

    /// <summary>Makes an event readable.</summary>
    public static void AddToEvent(int descriptor)
    {
        ulong one = 1;
        _ = LibC.Write(descriptor, new ReadOnlySpan<byte>(&one, sizeof(ulong)));
    }

    /// <summary>Makes an event unreadable.</summary>
    public static void ClearEvent(int descriptor)
    {
        ulong count;
        _ = LibC.Read(descriptor, new Span<byte>(&count, sizeof(ulong)));
    }

    /// <summary>Opens an epoll instance that child processes do not inherit. Returns its descriptor.</summary>
    public static int Epoll() => LibC.Result(EpollCall(CloseOnExec));

    /// <summary>Adds a descriptor to an epoll instance, which reports it by a number.</summary>
    public static int AddToEpoll(int epoll, int descriptor, long number)
    {
        const int Add = 1; // EPOLL_CTL_ADD
        Span<byte> wanted = stackalloc byte[EpollEvent.Length];
        EpollEvent.Write(wanted, number);
        fixed (byte* first = wanted) { return LibC.Result(EpollControlCall(epoll, Add, descriptor, first)); }
    }

    /// <summary>Waits for any of the descriptors. Returns how many are ready.</summary>
    public static int WaitForEpoll(int epoll, Span<byte> events, TimeSpan wait)
    {
        int count = events.Length / EpollEvent.Length;
        fixed (byte* first = events)
        {
            if (!s_lacksPreciseEpoll)
            {
                // __kernel_timespec: 64-bit seconds and nanoseconds
                long* time = stackalloc long[] { wait.Ticks / TimeSpan.TicksPerSecond, Nanoseconds(wait) };
                int result = LibC.Result(PreciseEpollWaitCall(EpollWaitNumber, epoll, first, count, time, null, 0));
                if (-result is not (Errno.NoSuchCall or Errno.NotPermitted)) { return result; }

                s_lacksPreciseEpoll = true;
            }

            return LibC.Result(EpollWaitCall(epoll, first, count, (int)Math.Ceiling(wait.TotalMilliseconds)));
        }
    }

    private static long Nanoseconds(TimeSpan wait) => wait.Ticks % TimeSpan.TicksPerSecond * NanosecondsPerTick;

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    private static partial int PollCall(PollFd* polled, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "ppoll", SetLastError = true)]
    private static partial int PrecisePollCall(PollFd* polled, nuint count, nint* time, void* signals);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventCall(uint count, int flags);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCall(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControlCall(int epoll, int operation, int descriptor, byte* wanted);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWaitCall(int epoll, byte* events, int count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint PreciseEpollWaitCall(
        nint number, nint epoll, byte* events, nint count, long* time, void* signals, nint signalsLength);
}
