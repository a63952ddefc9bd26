using System.Runtime.InteropServices;

namespace Punch.Benchmarks;

/// <summary>
/// A network namespace with nothing but loopback, for what is started from here on: the machine's own firewall rules cost each datagram
/// something, and are no part of what is measured.
/// </summary>
internal static partial class OwnNetwork
{
    private const int NewNetwork = 0x4000_0000; // CLONE_NEWNET

    private static bool s_isEntered;

    /// <summary>What to know of the figures.</summary>
    public static string Note => s_isEntered
        ? "Measured in a network namespace of its own: without the machine's firewall rules."
        : "Measured in the machine's own network, whose firewall rules, if there are any, count: a namespace of its own needs root and `ip`.";

    /// <summary>Enters it, where that is permitted and has not been done. The calling thread's alone: processes must be started from it.</summary>
    public static void Enter()
    {
        if (s_isEntered || !OperatingSystem.IsLinux() || !Measure.IsInstalled("ip")) { return; }

        s_isEntered = Unshare(NewNetwork) == 0;
        if (s_isEntered && Measure.RunToEnd("ip", "link", "set", "lo", "up") != 0) { throw new InvalidOperationException("no loopback in the new namespace"); }
    }

    [LibraryImport("libc", EntryPoint = "unshare")]
    private static partial int Unshare(int flags);
}
