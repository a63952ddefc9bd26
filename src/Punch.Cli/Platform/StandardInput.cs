using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Punch.Cli.Pipe;
using Punch.Net.Unix;

namespace Punch.Cli.Platform;

/// <summary>
/// Standard input, byte for byte. On Unix it avoids <see cref="Console"/>, which would switch off echo and line editing of a terminal. A
/// standard input that was closed before the program began is at its end.
/// </summary>
internal static class StandardInput
{
    /// <summary>Opens it. Call it before the first socket, which might otherwise get its number.</summary>
    public static IByteSource Open() => OperatingSystem.IsWindows() ? new StreamSource(Console.OpenStandardInput()) : new UnixSource();

    /// <summary>Whether a person types there.</summary>
    public static bool IsTerminal =>
        OperatingSystem.IsWindows() ? !Console.IsInputRedirected : LibC.IsTerminal(0) && LibC.IsForeground(0);

    private static FailureException Unreadable(string why) =>
        new(new Failure(ExitCode.Local, "unreadable", $"cannot read standard input: {why}"));

    /// <summary>A Windows console or pipe.</summary>
    private sealed class StreamSource(Stream stream) : IByteSource
    {
        public int Read(Span<byte> buffer)
        {
            try
            {
                return stream.Read(buffer);
            }
            catch (IOException e)
            {
                // A writer that is gone causes no exception: the framework's stream treats it as the end.
                throw Unreadable(e.Message);
            }
        }
    }

    /// <summary>A copy of the descriptor, so that no other file gets its number while it is read.</summary>
    [UnsupportedOSPlatform("windows")]
    private sealed class UnixSource : IByteSource
    {
        private readonly int _descriptor = LibC.IsInheritable(0) ? LibC.Duplicate(0) : -1;

        public bool IsTerminal => _descriptor >= 0 && LibC.IsTerminal(_descriptor);

        public long? Size
        {
            get
            {
                if (_descriptor < 0 || IsTerminal) { return null; }

                try
                {
                    using var handle = new SafeFileHandle(_descriptor, ownsHandle: false);
                    using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
                    return file.CanSeek && file.Length > file.Position ? file.Length - file.Position : null;
                }
                catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException or NotSupportedException)
                {
                    // Not a file, or a directory: the first read tells.
                    return null;
                }
            }
        }

        public int Read(Span<byte> buffer)
        {
            while (_descriptor >= 0)
            {
                int count = LibC.Read(_descriptor, buffer);
                if (count >= 0) { return count; }

                // Another program left the shared terminal or pipe in non-blocking mode.
                if (-count == Errno.AgainHere) { WaitCalls.WaitFor(_descriptor, PollFd.In); }
                else if (-count != Errno.Interrupted) { throw Unreadable(SystemErrorText.Of(-count)); }
            }

            return 0;
        }
    }
}
