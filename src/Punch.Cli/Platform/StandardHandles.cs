using System.Runtime.Versioning;
using Punch.Cli.Output;
using Punch.Net.Unix;

namespace Punch.Cli.Platform;

/// <summary>The standard streams that are written to, as this system has them.</summary>
internal static class StandardHandles
{
    /// <summary>Standard output.</summary>
    public static IStandardHandle Output() => OperatingSystem.IsWindows() ? new WindowsHandle(-11, Console.OpenStandardOutput()) : Unix(1);

    /// <summary>Standard error.</summary>
    public static IStandardHandle Error() => OperatingSystem.IsWindows() ? new WindowsHandle(-12, Console.OpenStandardError()) : Unix(2);

    // A stream that was closed before the program began is not there to write to: its number may by now be that of a socket, or of the
    // runtime's signals. The runtime's own files are not inherited by child processes; what this one inherited can be.
    [UnsupportedOSPlatform("windows")]
    private static IStandardHandle Unix(int descriptor) =>
        LibC.IsInheritable(descriptor) ? new UnixHandle(descriptor) : ClosedHandle.Instance;
}

/// <summary>
/// A standard stream that the program was started without: what is written is lost, as its starter asked for, and everything else goes on.
/// </summary>
internal sealed class ClosedHandle : IStandardHandle
{
    /// <summary>The only one.</summary>
    public static readonly ClosedHandle Instance = new();

    private ClosedHandle() { }

    /// <inheritdoc/>
    public bool IsMissing => true;

    /// <inheritdoc/>
    public bool IsTerminal() => false;

    /// <inheritdoc/>
    public WriteResult Write(ReadOnlySpan<byte> bytes) => new(bytes.Length);
}

