using System.Runtime.InteropServices;

namespace Punch.Benchmarks;

/// <summary>
/// A network namespace with only loopback, for all later processes. The machine's own firewall rules cost time for each datagram, and
/// should not be measured.
/// </summary>
internal static partial class OwnNetwork
{
    private const int NewNetwork = 0x4000_0000; // CLONE_NEWNET

    private static bool s_isEntered;

    /// <summary>The note about the figures.</summary>
    public static string Note => s_isEntered
        ? "Measured in a network namespace of its own: without the machine's firewall rules."
        : "Measured in the machine's own network, whose firewall rules, if there are any, count: a namespace of its own needs root and `ip`.";

    /// <summary>Enters it, if that is permitted and was not done yet. Only the calling thread enters, so start processes from it.</summary>
    public static void Enter()
    {
        if (s_isEntered || !OperatingSystem.IsLinux() || !Measure.IsInstalled("ip")) { return; }

        s_isEntered = Unshare(NewNetwork) == 0;
        if (s_isEntered && Measure.RunToEnd("ip", "link", "set", "lo", "up") != 0) { throw new InvalidOperationException("no loopback in the new namespace"); }
    }

    [LibraryImport("libc", EntryPoint = "unshare")]
    private static partial int Unshare(int flags);
}
