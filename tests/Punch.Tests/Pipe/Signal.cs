using System.Runtime.InteropServices;

namespace Punch.Tests.Pipe;

/// <summary>Signals of Unix.</summary>
internal static partial class Signal
{
    public const int Terminate = 15;

    public static void Send(int process, int signal) => Xunit.Assert.Equal(0, Kill(process, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
