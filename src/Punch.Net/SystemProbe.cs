using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Punch.Net.Unix;

namespace Punch.Net;

/// <summary>Checks for system resources that may be missing or used up.</summary>
public static class SystemProbe
{
    // The files that the runtime looks for, newest first.
    private static readonly string[] Libraries = ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10"];

    // The static binary has the library inside.
#if PUNCH_STATIC
    private static bool IsSealingBuiltIn => true;
#else
    private static bool IsSealingBuiltIn => false;
#endif

    /// <summary>Whether this process has no free descriptor.</summary>
    public static bool IsOutOfDescriptors()
    {
        if (!OperatingSystem.IsLinux()) { return false; }

        int descriptor = WaitCalls.Event();
        if (descriptor < 0) { return -descriptor is Errno.TooManyFiles or Errno.TooManyFilesInSystem; }

        new SafeFileHandle(descriptor, ownsHandle: true).Dispose();
        return false;
    }

    /// <summary>
    /// Whether the library for encryption can be loaded. The runtime ends the process if it cannot load it, so ask before.
    /// </summary>
    public static bool CanSeal()
    {
        if (IsSealingBuiltIn || !OperatingSystem.IsLinux()) { return true; }

        string? version = Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE");
        IEnumerable<string> names = string.IsNullOrEmpty(version) ? Libraries : Libraries.Prepend($"libssl.so.{version}");
        return names.Any(name => NativeLibrary.TryLoad(name, out _));
    }
}
