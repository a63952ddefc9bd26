using System.Runtime.Versioning;
using Punch.Cli.Output;
using Punch.Net.Unix;

namespace Punch.Cli.Platform;

/// <summary>The standard output streams of this system.</summary>
internal static class StandardHandles
{
    /// <summary>Standard output.</summary>
    public static IStandardHandle Output() => OperatingSystem.IsWindows() ? new WindowsHandle(-11, Console.OpenStandardOutput()) : Unix(1);

    /// <summary>Standard error.</summary>
    public static IStandardHandle Error() => OperatingSystem.IsWindows() ? new WindowsHandle(-12, Console.OpenStandardError()) : Unix(2);

    // A stream that was closed before the program began is missing: its number may now belong to a socket, or to the runtime's signals.
    // Child processes do not inherit the runtime's own files. So only an inheritable descriptor is a real standard stream.
    [UnsupportedOSPlatform("windows")]
    private static IStandardHandle Unix(int descriptor) =>
        LibC.IsInheritable(descriptor) ? new UnixHandle(descriptor) : ClosedHandle.Instance;
}

/// <summary>A standard stream that the program was started without. Writes to it are lost, and everything else goes on.</summary>
internal sealed class ClosedHandle : IStandardHandle
{
    /// <summary>The only instance.</summary>
    public static readonly ClosedHandle Instance = new();

    private ClosedHandle() { }

    /// <inheritdoc/>
    public bool IsMissing => true;

    /// <inheritdoc/>
    public bool IsTerminal() => false;

    /// <inheritdoc/>
    public WriteResult Write(ReadOnlySpan<byte> bytes) => new(bytes.Length);
}

