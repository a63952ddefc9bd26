using System.Runtime.InteropServices;
using Punch.Cli.Output;

namespace Punch.Cli.Platform;

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
            // The framework's stream hides ERROR_NO_DATA and ERROR_BROKEN_PIPE, so any other error is a device that refuses.
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
