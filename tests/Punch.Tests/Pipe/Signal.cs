using System.Runtime.InteropServices;

namespace Punch.Tests.Pipe;

/// <summary>Signals of Unix.</summary>
internal static partial class Signal
{
    public const int Terminate = 15;

    public const int Quit = 3;

    /// <summary>Whether this process ignores a signal, as what a shell starts in the background does. Its children do so, too.</summary>
    public static bool IsIgnored(int signal)
    {
        string? ignored = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return ignored is not null && ((Convert.ToUInt64(ignored[7..].Trim(), 16) >> (signal - 1)) & 1) != 0;
    }

    public static void Send(int process, int signal) => Xunit.Assert.Equal(0, Kill(process, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
