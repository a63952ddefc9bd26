using System.Runtime.InteropServices;

namespace Punch.Net.Unix;

/// <summary>
/// All system calls of the program but those of <see cref="AddressSpace"/> and <see cref="WaitCalls"/>. Each returns 0 or more, or the
/// negative error number. Constants are those of the Linux kernel's generic ABI, which x86, ARM and RISC-V share. The calls on files and
/// processes are the same on every Unix.
/// </summary>
internal static unsafe partial class LibC
{
    /// <summary>MSG_DONTWAIT.</summary>
    public const int DontWait = 0x40;

    /// <summary>MSG_TRUNC: return the true length of a datagram, even if the buffer is smaller.</summary>
    public const int TrueLength = 0x20;

    /// <summary>MSG_ERRQUEUE.</summary>
    public const int ErrorQueue = 0x2000;

    /// <summary>MSG_TRUNC or MSG_CTRUNC in the flags of a received message: it was cut short.</summary>
    public const int CutShort = 0x20 | 0x8;

    private const string Library = "libc";
    private const int WaitForOne = 0x1_0000;
    private const int CloseOnExec = 0x8_0000;
    private const int NonBlocking = 0x800;
    private const int DatagramCloseOnExec = 2 | CloseOnExec;
    private const ushort FamilyV4 = 2;
    private const ushort FamilyV6 = 10;
    private const int ReceiveTimeoutName = 20;
    private const int SocketLevel = 1;

    /// <summary>AF_INET or AF_INET6.</summary>
    public static ushort Family(bool isV6) => isV6 ? FamilyV6 : FamilyV4;

    /// <summary>Opens a UDP socket that child processes do not inherit. Returns its descriptor.</summary>
    public static int Socket(bool isV6) => Result(SocketCall(Family(isV6), DatagramCloseOnExec, 0));

    /// <summary>Binds a socket to an address.</summary>
    public static int Bind(int descriptor, ReadOnlySpan<byte> address)
    {
        fixed (byte* name = address) { return Result(BindCall(descriptor, name, (uint)address.Length)); }
    }

    /// <summary>Reads the bound address.</summary>
    public static int GetSocketName(int descriptor, Span<byte> address)
    {
        uint length = (uint)address.Length;
        fixed (byte* name = address) { return Result(GetSocketNameCall(descriptor, name, &length)); }
    }

    /// <summary>Sets an option with a number as its value.</summary>
    public static int SetOption(int descriptor, SocketOption option, int value) =>
        Result(SetOptionCall(descriptor, option.Level, option.Name, &value, sizeof(int)));

    /// <summary>Sets how long a receive waits. The kernel rounds up to its tick.</summary>
    public static int SetReceiveTimeout(int descriptor, TimeSpan timeout)
    {
        // timeval: seconds and microseconds, each a C long
        nint* value = stackalloc nint[] { (nint)(timeout.Ticks / TimeSpan.TicksPerSecond), timeout.Milliseconds * 1000 };
        return Result(SetOptionCall(descriptor, SocketLevel, ReceiveTimeoutName, value, (uint)(2 * sizeof(nint))));
    }

    /// <summary>Sends; the number of bytes.</summary>
    public static int SendTo(int descriptor, ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> address)
    {
        fixed (byte* data = datagram, name = address)
        {
            return Result(SendToCall(descriptor, data, (nuint)datagram.Length, 0, name, (uint)address.Length));
        }
    }

    /// <summary>Receives a datagram with its control messages; the number of bytes.</summary>
    public static int ReceiveMessage(
        int descriptor, Span<byte> buffer, int flags, Span<byte> address, Span<byte> control, out int controlLength)
    {
        fixed (byte* data = buffer, name = address, ancillary = control)
        {
            var vector = new BufferVector { Base = data, Length = (nuint)buffer.Length };
            MessageHeader message = HeaderOf(name, address.Length, &vector, ancillary, control.Length);
            int result = Result(ReceiveMessageCall(descriptor, &message, flags));
            controlLength = result < 0 ? 0 : (int)message.ControlLength;
            return result;
        }
    }

    /// <summary>Sends a datagram with control messages; the number of bytes.</summary>
    public static int SendMessage(int descriptor, ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> address, ReadOnlySpan<byte> control)
    {
        fixed (byte* data = datagram, name = address, ancillary = control)
        {
            var vector = new BufferVector { Base = data, Length = (nuint)datagram.Length };
            MessageHeader message = HeaderOf(name, address.Length, &vector, ancillary, control.Length);
            return SendMessage(descriptor, &message);
        }
    }

    /// <summary>Takes an entry of the error queue without the datagram it quotes.</summary>
    public static int ReceiveError(int descriptor, Span<byte> address, Span<byte> control, out int controlLength) =>
        ReceiveMessage(descriptor, default, ErrorQueue | DontWait, address, control, out controlLength);

    /// <summary>Waits for a datagram and takes it with those that came meanwhile; the number of them.</summary>
    public static int ReceiveBatch(int descriptor, BatchEntry* entries, int count, int flags = 0)
    {
        int result = Result(ReceiveBatchCall(descriptor, entries, (uint)count, flags | WaitForOne, null));
        return IsForbidden(result) ? ReceiveOne(descriptor, entries, flags) : result;
    }

    /// <summary>
    /// Sends datagrams. Returns the number that the kernel took. It stops at the first refused one, and returns an error only if that is
    /// the first of all.
    /// </summary>
    public static int SendBatch(int descriptor, BatchEntry* entries, int count)
    {
        int result = Result(SendBatchCall(descriptor, entries, (uint)count, 0));
        return IsForbidden(result) ? SendOne(descriptor, entries) : result;
    }

    /// <summary>Sends one datagram with control messages. Returns the number of bytes.</summary>
    public static int SendMessage(int descriptor, MessageHeader* message) => Result(SendMessageCall(descriptor, message, 0));

    /// <summary>Reads from a file. Returns the number of bytes.</summary>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* first = buffer) { return Result(ReadCall(descriptor, first, (nuint)buffer.Length)); }
    }

    /// <summary>Writes to a file. Returns the number of bytes.</summary>
    public static int Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes) { return Result(WriteCall(descriptor, first, (nuint)bytes.Length)); }
    }

    /// <summary>Whether a file is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => IsTerminalCall(descriptor) == 1;

    /// <summary>Whether this process has a terminal in the foreground. It is also true for a terminal of another session.</summary>
    public static bool IsForeground(int descriptor) =>
        ForegroundGroupCall(descriptor) is var group && (group < 0 || group == OwnGroupCall());

    /// <summary>
    /// Copies a descriptor and returns the new one. On Linux child processes do not inherit it, and it is not one of the first numbers,
    /// which are for descriptors that are passed on.
    /// </summary>
    public static int Duplicate(int descriptor)
    {
        const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC; other systems have another number for it, and another argument
        const int First = 10;
        return Result(OperatingSystem.IsLinux()
            ? FileControlCall(descriptor, DuplicateCloseOnExec, First)
            : DuplicateCall(descriptor));
    }

    /// <summary>Gives a file another descriptor number, which child processes inherit.</summary>
    public static int Renumber(int descriptor, int number) => Result(RenumberCall(descriptor, number));

    /// <summary>Makes reads and writes of a descriptor wait, as programs expect. Only for Linux, because the call takes its third argument
    /// in another way elsewhere.</summary>
    public static void MakeBlocking(int descriptor)
    {
        // F_GETFL and F_SETFL
        const int GetStatus = 3;
        const int SetStatus = 4;
        _ = FileControlCall(descriptor, SetStatus, FileControlCall(descriptor, GetStatus) & ~NonBlocking);
    }

    /// <summary>Whether a descriptor is open and child processes inherit it.</summary>
    public static bool IsInheritable(int descriptor)
    {
        // F_GETFD and FD_CLOEXEC
        const int GetFlags = 1;
        const int ClosesOnExec = 1;
        return FileControlCall(descriptor, GetFlags) is >= 0 and int flags && (flags & ClosesOnExec) == 0;
    }

    /// <summary>Sets a variable of the C library's environment; null removes it.</summary>
    public static void SetVariable(string name, string? value)
    {
        if (value is null) { _ = UnsetVariableCall(name); }
        else { _ = SetVariableCall(name, value, overwrite: 1); }
    }

    /// <summary>Restores the default action of a signal.</summary>
    public static void RestoreSignal(int number) => _ = SignalCall(number, handler: 0);

    /// <summary>Replaces this process with another program. It returns only if that fails.</summary>
    /// <param name="file">The name of the program, looked up in the PATH.</param>
    /// <param name="words">The name and the arguments; null as the last element.</param>
    public static int Execute(string file, string?[] words) => Result(ExecuteCall(file, words));

    /// <summary>Fills a buffer from the kernel's secure source. Returns the number of bytes.</summary>
    public static int GetRandom(Span<byte> bytes)
    {
        fixed (byte* first = bytes) { return Result(GetRandomCall(first, (nuint)bytes.Length, 0)); }
    }

    /// <summary>Lists the interfaces' addresses. Free the list with <see cref="FreeInterfaces"/>.</summary>
    public static int GetInterfaces(InterfaceEntry** first) => Result(GetInterfacesCall(first));

    /// <summary>Frees a list of interfaces.</summary>
    public static void FreeInterfaces(InterfaceEntry* first) => FreeInterfacesCall(first);

    /// <summary>The name of an interface; null if there is none of this number.</summary>
    public static string? InterfaceName(uint index)
    {
        const int Room = 16; // IF_NAMESIZE
        byte* name = stackalloc byte[Room];
        return InterfaceNameCall(index, name) == null ? null : Marshal.PtrToStringUTF8((nint)name);
    }

    /// <summary>Connects a socket. For a UDP socket this only looks up the route.</summary>
    public static int Connect(int descriptor, ReadOnlySpan<byte> address)
    {
        fixed (byte* name = address) { return Result(ConnectCall(descriptor, name, (uint)address.Length)); }
    }

    // A sandbox that forbids the batch calls still allows the older ones.
    private static bool IsForbidden(int result) => -result is Errno.NoSuchCall or Errno.NotPermitted;

    private static int ReceiveOne(int descriptor, BatchEntry* entry, int flags)
    {
        int length = Result(ReceiveMessageCall(descriptor, &entry->Header, flags));
        if (length < 0) { return length; }

        entry->Length = (uint)length;
        return 1;
    }

    private static int SendOne(int descriptor, BatchEntry* entry)
    {
        int length = Result(SendMessageCall(descriptor, &entry->Header, 0));
        return length < 0 ? length : 1;
    }

    private static MessageHeader HeaderOf(byte* name, int nameLength, BufferVector* vector, byte* control, int controlLength) => new()
    {
        Name = name,
        NameLength = (uint)nameLength,
        Vectors = vector,
        VectorCount = 1,
        Control = control,
        ControlLength = (nuint)controlLength,
    };

    /// <summary>Turns what a call returned into 0 or more, or the negative error number.</summary>
    internal static int Result(nint returned) => returned >= 0 ? (int)returned : -Marshal.GetLastPInvokeError();

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    private static partial int SocketCall(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    private static partial int BindCall(int descriptor, byte* address, uint addressLength);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    private static partial int GetSocketNameCall(int descriptor, byte* address, uint* addressLength);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOptionCall(int descriptor, int level, int name, void* value, uint valueLength);

    [LibraryImport(Library, EntryPoint = "sendto", SetLastError = true)]
    private static partial nint SendToCall(int descriptor, byte* buffer, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessageCall(int descriptor, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveBatchCall(int descriptor, BatchEntry* entries, uint count, int flags, void* timeout);

    [LibraryImport(Library, EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendBatchCall(int descriptor, BatchEntry* entries, uint count, int flags);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessageCall(int descriptor, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "getrandom", SetLastError = true)]
    private static partial nint GetRandomCall(byte* buffer, nuint length, uint flags);

    [LibraryImport(Library, EntryPoint = "getifaddrs", SetLastError = true)]
    private static partial int GetInterfacesCall(InterfaceEntry** first);

    [LibraryImport(Library, EntryPoint = "freeifaddrs")]
    private static partial void FreeInterfacesCall(InterfaceEntry* first);

    [LibraryImport(Library, EntryPoint = "if_indextoname")]
    private static partial byte* InterfaceNameCall(uint index, byte* name);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    private static partial int ConnectCall(int descriptor, byte* address, uint addressLength);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadCall(int descriptor, void* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteCall(int descriptor, void* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "isatty")]
    private static partial int IsTerminalCall(int descriptor);

    [LibraryImport(Library, EntryPoint = "tcgetpgrp")]
    private static partial int ForegroundGroupCall(int descriptor);

    [LibraryImport(Library, EntryPoint = "getpgrp")]
    private static partial int OwnGroupCall();

    [LibraryImport(Library, EntryPoint = "dup", SetLastError = true)]
    private static partial int DuplicateCall(int descriptor);

    [LibraryImport(Library, EntryPoint = "dup2", SetLastError = true)]
    private static partial int RenumberCall(int descriptor, int number);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControlCall(int descriptor, int command, int value);

    [LibraryImport(Library, EntryPoint = "fcntl")]
    private static partial int FileControlCall(int descriptor, int command);

    [LibraryImport(Library, EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariableCall(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariableCall(string name);

    [LibraryImport(Library, EntryPoint = "signal")]
    private static partial nint SignalCall(int number, nint handler);

    [LibraryImport(Library, EntryPoint = "execvp", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ExecuteCall(string file, string?[] words);
}
