using System.Diagnostics;
using System.Globalization;

namespace Punch.Benchmarks;

/// <summary>Measures how many datagrams a second two processes on one core exchange over loopback, next to plain C.</summary>
internal static class FloodBenchmark
{
    private const int Datagrams = 100_000;
    private const int Runs = 5;

    public static Table Run(string? binary)
    {
        var table = new Table("Flood: 100,000 datagrams each way between two processes pinned to one core (median of 5)", "what", "datagrams a second", "ratio to C");
        string? c = Measure.Compile("swap");
        if (binary is null || c is null || !Measure.IsInstalled("taskset"))
        {
            table.Note($"Not run: needs the published binary ({binary ?? "none"}), a C compiler ({c ?? "none"}) and taskset.");
            return table;
        }

        var yardstick = new List<double>();
        var punch = new List<double>();
        for (int run = 0; run < Runs; run++)
        {
            yardstick.Add(Swap(port => [c, Text(port), Text(port + 1), Text(Datagrams)], port => [c, Text(port + 1), Text(port), Text(Datagrams)]));
            punch.Add(Swap(
                port => [binary, "127.0.0.1", Text(port + 1), "-p", Text(port), "-i", "0", "-c", Text(Datagrams), "-w", "60", "-q"],
                port => [binary, "127.0.0.1", Text(port), "-p", Text(port + 1), "-i", "0", "-c", Text(Datagrams), "-w", "60", "-q"]));
        }

        double reference = Measure.Median(yardstick);
        table.Row("C, recvfrom and sendto (swap.c)", Measure.Thousands(reference), "1.00");
        table.Row("punch -i 0", Measure.Thousands(Measure.Median(punch)), Measure.Ratio(Measure.Median(punch) / reference));
        return table;
    }

    private static double Swap(Func<int, string[]> left, Func<int, string[]> right)
    {
        int port = 20_000 + (Environment.TickCount % 20_000);
        double seconds = Measure.Time(() =>
        {
            using Process a = Pinned(left(port));
            using Process b = Pinned(right(port));
            a.WaitForExit();
            b.WaitForExit();
            if (a.ExitCode != 0 || b.ExitCode != 0) { throw new InvalidOperationException($"a side failed: {a.ExitCode}, {b.ExitCode}"); }
        }).TotalSeconds;
        return 2 * Datagrams / seconds;
    }

    private static Process Pinned(string[] command) => Measure.Start("taskset", ["-c", "0", .. command]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
