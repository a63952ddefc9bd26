using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Punch.Cli.Output;

/// <summary>Everything about the standard streams that differs between systems.</summary>
internal static class StandardHandles
{
    /// <summary>Standard output.</summary>
    public static IStandardHandle Output() => OperatingSystem.IsWindows() ? new WindowsHandle(-11, Console.OpenStandardOutput()) : Unix(1);

    /// <summary>Standard error.</summary>
    public static IStandardHandle Error() => OperatingSystem.IsWindows() ? new WindowsHandle(-12, Console.OpenStandardError()) : Unix(2);

    // What was closed before the program began is not there to write to: its number may by now be that of a socket, or of the runtime's signals.
    [UnsupportedOSPlatform("windows")]
    private static IStandardHandle Unix(int descriptor) => Inheritance.IsInherited(descriptor) ? new UnixHandle(descriptor) : ClosedHandle.Instance;
}

/// <summary>A standard stream that the program was started without: what is written is lost, as its starter asked for, and everything else goes on.</summary>
internal sealed class ClosedHandle : IStandardHandle
{
    /// <summary>The only one.</summary>
    public static readonly ClosedHandle Instance = new();

    private ClosedHandle() { }

    /// <inheritdoc/>
    public bool IsTerminal() => false;

    /// <inheritdoc/>
    public WriteResult Write(ReadOnlySpan<byte> bytes) => new(bytes.Length);
}

/// <summary>A file descriptor. The runtime ignores SIGPIPE, so a reader that is gone shows as EPIPE.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class UnixHandle(int descriptor) : IStandardHandle
{
    private const int Eintr = 4;
    private const int Eio = 5;
    private const int Ebadf = 9;
    private const int Enospc = 28;
    private const int Epipe = 32;

    /// <inheritdoc/>
    public bool IsTerminal() => IsATty(descriptor) == 1;

    /// <inheritdoc/>
    public WriteResult Write(ReadOnlySpan<byte> bytes)
    {
        nint written = WriteBytes(descriptor, bytes, (nuint)bytes.Length);
        if (written >= 0) { return new WriteResult((int)written); }

        int error = Marshal.GetLastPInvokeError();
        if (error == Eintr) { return default; }

        if (error == TryAgain)
        {
            // Another program left the terminal or pipe that we share in non-blocking mode.
            var waiting = new PollEntry { Descriptor = descriptor, Events = PollOut };
            _ = Poll(ref waiting, 1, -1);
            return default;
        }

        return new WriteResult(0, IsClosed: true, error switch
        {
            Epipe or Ebadf => null,
            Enospc => "no space left on the device",
            Eio => "input/output error",
            _ => $"system error {error}",
        });
    }

    private const short PollOut = 4;

    private static int TryAgain => OperatingSystem.IsLinux() ? 11 : 35;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteBytes(int descriptor, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsATty(int descriptor);
}

/// <summary>A Windows console or pipe.</summary>
internal sealed partial class WindowsHandle(int standardHandle, Stream stream) : IStandardHandle
{
    private const uint EnableVirtualTerminalProcessing = 4;

    /// <inheritdoc/>
    public bool IsTerminal()
    {
        nint handle = GetStdHandle(standardHandle);
        return GetConsoleMode(handle, out uint mode) != 0 && SetConsoleMode(handle, mode | EnableVirtualTerminalProcessing) != 0;
    }

    /// <inheritdoc/>
    public WriteResult Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
            return new WriteResult(bytes.Length);
        }
        catch (IOException)
        {
            // ERROR_NO_DATA and ERROR_BROKEN_PIPE are swallowed by the framework's stream; what is left is a device that refuses.
            return new WriteResult(0, IsClosed: true, "the device refuses");
        }
    }

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int standardHandle);

    [LibraryImport("kernel32")]
    private static partial int GetConsoleMode(nint handle, out uint mode);

    [LibraryImport("kernel32")]
    private static partial int SetConsoleMode(nint handle, uint mode);
}
