using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Punch.Benchmarks;

/// <summary>
/// Measures the time until the binary answers, and until its first datagram is on the wire, next to other programs that a user would start.
/// </summary>
internal static class StartupBenchmark
{
    private const int Runs = 41;

    public static Table Run(string? binary)
    {
        var table = new Table("Start-up (median of 41, interleaved)", "what", "median", "ratio to `nc -h`");
        if (binary is null)
        {
            table.Note("Not run: publish the binary first.");
            return table;
        }

        var subjects = new List<(string Name, Func<double> Sample)>();
        if (Measure.IsInstalled("nc")) { subjects.Add(("`nc -h`", () => WholeRun("nc", "-h"))); }

        subjects.Add(("`punch --version`", () => WholeRun(binary, "--version")));
        subjects.Add(("`punch`, start to first datagram", () => FirstDatagram(binary)));
        if (Measure.IsInstalled("ruby")) { subjects.Add(("`ruby -e 1`", () => WholeRun("ruby", "-e", "1"))); }

        double[][] samples = [.. subjects.Select(_ => new double[Runs])];
        foreach ((_, Func<double> sample) in subjects) { sample(); }

        for (int run = 0; run < Runs; run++)
        {
            for (int i = 0; i < subjects.Count; i++) { samples[i][run] = subjects[i].Sample(); }
        }

        double[] medians = [.. samples.Select(Measure.Median)];
        for (int i = 0; i < subjects.Count; i++)
        {
            table.Row(subjects[i].Name, Measure.Milliseconds(medians[i]), subjects[0].Name == "`nc -h`" ? Measure.Ratio(medians[i] / medians[0]) : "-");
        }

        table.Note($"Peak memory of `punch` on loopback, five messages: {PeakMemory(binary)}.");
        return table;
    }

    private static double WholeRun(string file, params string[] arguments) =>
        Measure.Time(() => Measure.RunToEnd(file, arguments)).TotalMilliseconds;

    private static double FirstDatagram(string binary)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.ReceiveTimeout = 5000;
        byte[] buffer = new byte[2048];
        long start = Stopwatch.GetTimestamp();
        using Process process = Measure.Start(
            binary, "127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture), "-p", "0", "-w", "50ms", "-q");
        listener.Receive(buffer);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        process.WaitForExit();
        return elapsed;
    }

    private static string PeakMemory(string binary)
    {
        if (!File.Exists("/usr/bin/time")) { return PeakFromProc(binary); }

        using Process process = Measure.Start("/usr/bin/time", "-f", "%M", binary, "localhost", "-p", "0", "-w", "1", "-q");
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return error.Trim().Split('\n')[^1] + " KiB";
    }

    private static string PeakFromProc(string binary)
    {
        using Process process = Measure.Start(binary, "127.0.0.1", "-c", "5", "-i", "100ms", "-w", "3", "-q");
        string peak = "unknown";
        while (!process.HasExited)
        {
            try
            {
                peak = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM", StringComparison.Ordinal)) ?? peak;
            }
            catch (IOException)
            {
                // It ended between the check and the read. The last value counts.
                break;
            }
        }

        return string.Join(' ', peak.Split(new[] { ' ', '\t', ':' }, StringSplitOptions.RemoveEmptyEntries).Skip(1));
    }
}
