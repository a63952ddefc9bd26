using System.Globalization;
using System.Runtime.InteropServices;

namespace Punch.Lab.Topology;

/// <summary>
/// A wrong wall clock for one process: Debian's <c>libfaketime</c>, loaded before libc. The monotonic clock does not change, so no wait
/// changes.
/// </summary>
internal static class ShiftedClock
{
    /// <summary>What is missing to shift clocks; null for nothing.</summary>
    public static string? Missing => Library is null ? "needs libfaketime (Debian: faketime)" : null;

    /// <summary>The command with a wall clock that is ahead by this much.</summary>
    public static LabCommand Ahead(this LabCommand command, TimeSpan by) => by == TimeSpan.Zero ? command : new LabCommand(
        "env",
        [
            $"LD_PRELOAD={Library ?? throw new InvalidOperationException(Missing)}",
            string.Create(CultureInfo.InvariantCulture, $"FAKETIME={by.TotalSeconds:+0.###;-0.###}s"),
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            command.Program,
            .. command.Arguments,
        ]);

    private static readonly string? Library = FindLibrary();

    private static string? FindLibrary()
    {
        string name = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        // The library for programs with several threads.
        string path = $"/usr/lib/{name}-linux-gnu/faketime/libfaketimeMT.so.1";
        return File.Exists(path) ? path : null;
    }
}
