using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Punch.Cli.Output;

namespace Punch.Cli.Pipe;

/// <summary>
/// Standard input, byte for byte. On Unix without <see cref="Console"/>, which takes a terminal over: it would switch off its echo and its
/// line editing. A standard input that was closed before the program began is at its end.
/// </summary>
internal static class StandardInput
{
    /// <summary>Opens it. Before the first socket, which might otherwise get its number.</summary>
    public static IByteSource Open() => OperatingSystem.IsWindows() ? new StreamSource(Console.OpenStandardInput()) : new UnixSource();

    /// <summary>A Windows console or pipe.</summary>
    private sealed class StreamSource(Stream stream) : IByteSource
    {
        public int Read(Span<byte> buffer)
        {
            try
            {
                return stream.Read(buffer);
            }
            catch (IOException)
            {
                // The writer is gone, or there is no console: nothing more will come.
                return 0;
            }
        }
    }
}

/// <summary>A copy of the descriptor: no other file gets its number while it is read.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class UnixSource : IByteSource
{
    private const int Eintr = 4;
    private const short PollIn = 1;

    private readonly int _descriptor = Inheritance.IsInherited(0) ? Duplicate(0) : -1;

    private static int TryAgain => OperatingSystem.IsLinux() ? 11 : 35;

    public int Read(Span<byte> buffer)
    {
        while (_descriptor >= 0)
        {
            nint count = ReadBytes(_descriptor, buffer, (nuint)buffer.Length);
            if (count >= 0) { return (int)count; }

            int error = Marshal.GetLastPInvokeError();
            if (error == TryAgain)
            {
                // Another program left the terminal or pipe that we share in non-blocking mode.
                var waiting = new PollEntry { Descriptor = _descriptor, Events = PollIn };
                _ = Poll(ref waiting, 1, -1);
            }
            else if (error != Eintr)
            {
                return 0;
            }
        }

        return 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadBytes(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int timeout);
}
