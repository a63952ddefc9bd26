using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Punch.Net.Unix;

/// <summary>The address space that the system leaves this process, where <c>ulimit -v</c> limits it.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class AddressSpace
{
    private const int NoAccess = 0;
    private const int PrivateAnonymousLinux = 0x22;
    private const int PrivateAnonymousBsd = 0x1002;

    /// <summary>Whether this many bytes can still be had. None are kept.</summary>
    public static bool Has(nuint bytes)
    {
        int flags = OperatingSystem.IsLinux() ? PrivateAnonymousLinux : PrivateAnonymousBsd;
        nint start = Map(0, bytes, NoAccess, flags, descriptor: -1, offset: 0);
        return start != -1 && Unmap(start, bytes) == 0;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
