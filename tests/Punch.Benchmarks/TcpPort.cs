using System.Diagnostics;

namespace Punch.Benchmarks;

/// <summary>Finds out when a started process listens, in its own network namespace.</summary>
internal static class TcpPort
{
    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private const string Listening = "0A"; // TCP_LISTEN

    /// <summary>Waits until somebody listens on the TCP port; false if the process ends before, or takes too long.</summary>
    public static bool IsOpenSoon(Process process, int port)
    {
        long start = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(Patience) && Stopwatch.GetElapsedTime(start) < StartUp)
        {
            if (IsOpen(process, port)) { return true; }
        }

        return false;
    }

    private static bool IsOpen(Process process, int port)
    {
        try
        {
            return new[] { "tcp", "tcp6" }.Any(table => File.ReadLines($"/proc/{process.Id}/net/{table}").Any(line => Listens(line, port)));
        }
        catch (IOException)
        {
            // It has ended. The caller sees that next.
            return false;
        }
    }

    private static bool Listens(string line, int port) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var local, _, Listening, ..] && local.EndsWith($":{port:X4}", StringComparison.Ordinal);
}
