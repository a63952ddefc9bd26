using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Punch.Cli.Output;

/// <summary>Tells the standard streams that the program was given from files of the runtime that got the number of one it was not given.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class Inheritance
{
    // F_GETFD and FD_CLOEXEC
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;

    /// <summary>Whether a file descriptor was open when the program began: the runtime's own files are not inherited; what was inherited can be.</summary>
    public static bool IsInherited(int descriptor) => Control(descriptor, GetFlags) is >= 0 and int flags && (flags & CloseOnExec) == 0;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);
}
