using System.Runtime.Versioning;
using Punch.Cli.Output;
using Punch.Net.Unix;

namespace Punch.Cli.Platform;

/// <summary>A file descriptor. The runtime ignores SIGPIPE, so a reader that is gone shows as EPIPE.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixHandle(int descriptor) : IStandardHandle
{
    /// <inheritdoc/>
    public bool IsTerminal() => LibC.IsTerminal(descriptor);

    /// <inheritdoc/>
    public bool IsForeground() => LibC.IsForeground(descriptor);

    /// <inheritdoc/>
    public WriteResult Write(ReadOnlySpan<byte> bytes)
    {
        int written = LibC.Write(descriptor, bytes);
        if (written >= 0) { return new WriteResult(written); }

        int error = -written;
        if (error == Errno.Interrupted) { return default; }

        if (error == Errno.AgainHere)
        {
            // Another program left the shared terminal or pipe in non-blocking mode.
            WaitCalls.WaitFor(descriptor, PollFd.Out);
            return default;
        }

        return new WriteResult(0, IsClosed: true, error switch
        {
            Errno.BrokenPipe or Errno.BadDescriptor => null,
            Errno.NoSpace => "no space left on the device",
            _ => SystemErrorText.Of(error),
        });
    }
}
