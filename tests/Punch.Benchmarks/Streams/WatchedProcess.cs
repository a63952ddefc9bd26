using System.Diagnostics;
using System.Globalization;

namespace Punch.Benchmarks.Streams;

/// <summary>What a process used until its end.</summary>
/// <param name="ProcessorSeconds">Of itself and of the children it waited for.</param>
/// <param name="PeakBytes">The largest resident set of one of them.</param>
internal readonly record struct Usage(double ProcessorSeconds, double PeakBytes);

/// <summary>A shell command under usage.c.</summary>
internal sealed class WatchedProcess : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    /// <summary>Starts a shell command, which should <c>exec</c> its program.</summary>
    public WatchedProcess(string script) => Process = Process.Start(
        new ProcessStartInfo(Program ?? throw new InvalidOperationException("no usage.c"), [_file, "sh", "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>The compiled usage.c; null without a compiler.</summary>
    public static string? Program { get; } = Measure.Compile("usage");

    public Process Process { get; }

    /// <summary>Asks it to end. It says afterwards what it used.</summary>
    public void Terminate() => Measure.RunToEnd("kill", "-TERM", Process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits for its end and tells what it used; null if it takes too long.</summary>
    public Usage? WaitForUsage(TimeSpan patience)
    {
        if (!Process.WaitForExit(patience) || File.ReadAllText(_file).Split(' ') is not [var seconds, var bytes]) { return null; }

        return new Usage(double.Parse(seconds, CultureInfo.InvariantCulture), double.Parse(bytes, CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        Child.End(Process);
        File.Delete(_file);
    }
}
