using System.Diagnostics;
using System.Globalization;

namespace Punch.Benchmarks;

/// <summary>A STUN server in its own process, pinned to the first core, on a port that was free when it started.</summary>
internal sealed class StunServerUnderTest : IDisposable
{
    private readonly Process _process;

    private StunServerUnderTest(string name, int port, Process process)
    {
        Name = name;
        Port = port;
        _process = process;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int Port { get; }

    /// <summary>
    /// Starts one and waits until it has its port. A server that never gets its port, for example because it is taken, is an error.
    /// </summary>
    public static StunServerUnderTest Start(string name, int port, params string[] command)
    {
        var server = new StunServerUnderTest(name, port, Measure.Start("taskset", ["-c", "0", .. command]));
        if (UdpPort.IsTakenSoon(server._process, port)) { return server; }

        server.Dispose();
        throw new InvalidOperationException($"{name} did not start");
    }

    /// <summary>Loads it for a while, from the second core.</summary>
    public StunRate Load(string generator, double seconds, StunClients clients)
    {
        double before = ProcessorSeconds();
        double[] numbers = Run(generator, Text(Port), Text(seconds), Text(clients.Sockets), Text(clients.Window));
        return new StunRate(numbers[0], numbers[2] / (ProcessorSeconds() - before));
    }

    /// <summary>Loads it at a rate, from the second core.</summary>
    /// <returns>How many microseconds half of the datagrams took at most, and 99 of 100.</returns>
    public (double Half, double Most) Delay(string generator, double seconds, StunClients clients, double rate)
    {
        double[] numbers = Run(generator, Text(Port), Text(seconds), Text(clients.Sockets), Text(clients.Window), Text(Math.Round(rate)));
        return (numbers[0], numbers[1]);
    }

    public void Dispose()
    {
        if (!_process.HasExited) { _process.Kill(); }

        _process.Dispose();
    }

    /// <summary>
    /// The processor time from the first number of each thread's schedstat, in nanoseconds. The times of <see cref="Process"/> are sampled
    /// and too coarse.
    /// </summary>
    public double ProcessorSeconds() => Directory.GetDirectories($"/proc/{_process.Id}/task")
        .Sum(task => double.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture)) / 1e9;

    /// <summary>Its resident memory in bytes.</summary>
    public double ResidentBytes() => 1024 * double.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private double[] Run(params string[] command)
    {
        using Process load = Measure.Start("taskset", ["-c", "1", .. command]);
        string output = load.StandardOutput.ReadToEnd();
        string error = load.StandardError.ReadToEnd().Trim();
        load.WaitForExit();
        if (_process.HasExited) { throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}"); }

        if (load.ExitCode != 0) { throw new InvalidOperationException($"{Name} gave no right answers: {error}"); }

        return [.. output.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The clients of a load.</summary>
/// <param name="Sockets">The number of clients.</param>
/// <param name="Window">The requests of each client on the way.</param>
internal readonly record struct StunClients(int Sockets, int Window);

/// <summary>How fast a server answered.</summary>
/// <param name="OfClock">Replies a second.</param>
/// <param name="OfProcessor">Replies per second of the server's own processor time: its rate if nothing else ran on its core.</param>
internal readonly record struct StunRate(double OfClock, double OfProcessor);
