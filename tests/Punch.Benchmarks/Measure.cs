using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Punch.Benchmarks;

/// <summary>Repeats runs and picks the median.</summary>
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

    /// <summary>The processor time of an action. It stays right on a machine with other work.</summary>
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

    /// <summary>Compiles a program of this folder; null without a compiler.</summary>
    public static string? Compile(string name)
    {
        if (!IsInstalled("gcc")) { return null; }

        string program = Path.Combine(AppContext.BaseDirectory, name);
        return RunToEnd("gcc", "-O2", "-o", program, Path.Combine(AppContext.BaseDirectory, $"{name}.c")) == 0 ? program : null;
    }

    /// <summary>A free UDP port.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    public static string Milliseconds(double value) => value.ToString("F2", CultureInfo.InvariantCulture) + " ms";

    public static string Ratio(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    public static string Thousands(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
