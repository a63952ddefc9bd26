using System.Diagnostics;

namespace Punch.Benchmarks;

/// <summary>Finds out when a started process has its port.</summary>
internal static class UdpPort
{
    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until the UDP port is taken; false if the process ends before, or takes too long.</summary>
    public static bool IsTakenSoon(Process process, int port)
    {
        long start = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(Patience) && Stopwatch.GetElapsedTime(start) < StartUp)
        {
            if (IsTaken(port)) { return true; }
        }

        return false;
    }

    private static bool IsTaken(int port) => File.ReadLines("/proc/net/udp").Any(line => line.Contains($":{port:X4} ", StringComparison.Ordinal));
}
