using System.Diagnostics;
using System.Globalization;

namespace Punch.Benchmarks;

/// <summary>Several runs, and the one in the middle.</summary>
internal static class Measure
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    public static TimeSpan Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>What an action cost the processor: what holds on a machine that has other work, too.</summary>
    public static TimeSpan ProcessorTime(Action action)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        action();
        return Environment.CpuUsage.TotalTime - start;
    }

    public static Process Start(string file, params string[] arguments) => Process.Start(new ProcessStartInfo(file, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs a program to its end and returns its exit code.</summary>
    public static int RunToEnd(string file, params string[] arguments)
    {
        using Process process = Start(file, arguments);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    public static string Milliseconds(double value) => value.ToString("F2", CultureInfo.InvariantCulture) + " ms";

    public static string Ratio(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    public static string Thousands(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
