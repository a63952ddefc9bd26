using System.Diagnostics;

namespace Punch.Benchmarks;

/// <summary>Ends processes that a benchmark started.</summary>
internal static class Child
{
    /// <summary>Ends a process and those that it started.</summary>
    public static void End(Process process)
    {
        if (!process.HasExited) { process.Kill(entireProcessTree: true); }

        process.Dispose();
    }
}
