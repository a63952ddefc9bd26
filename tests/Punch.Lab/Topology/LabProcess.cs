using System.Diagnostics;
using Punch.Lab.Linux;
using Punch.Protocol;

namespace Punch.Lab.Topology;

/// <summary>A line of output and when it came.</summary>
internal readonly record struct OutputLine(Instant Time, string Text);

/// <summary>A process that is born and not yet watched.</summary>
/// <param name="Process">The process, its output untouched.</param>
/// <param name="At">The instant right before it was made.</param>
internal readonly record struct Spawned(Process Process, Instant At);

/// <summary>A process inside a host. Its start is stamped right before the spawn, its lines as they come, its exit as it is waited for.</summary>
internal sealed class LabProcess : IDisposable
{
    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<OutputLine> _output = [];
    private readonly List<OutputLine> _errors = [];
    private readonly ManualResetEventSlim _exited = new();
    private readonly Thread[] _threads;
    private Instant? _exitedAt;

    /// <summary>Takes the process over; its lines are stamped from now on.</summary>
    public LabProcess(Spawned spawned)
    {
        _process = spawned.Process;
        StartedAt = spawned.At;
        _threads = [new Thread(() => Read(_process.StandardOutput, _output)), new Thread(() => Read(_process.StandardError, _errors)), new Thread(AwaitExit)];
        foreach (Thread thread in _threads)
        {
            thread.IsBackground = true;
            thread.Start();
        }
    }

    public Instant StartedAt { get; }

    /// <summary>The number by which the system knows it.</summary>
    public int Id => _process.Id;

    /// <summary>When it was seen to have ended; null while it runs.</summary>
    public Instant? ExitedAt => _exited.IsSet ? _exitedAt : null;

    /// <summary>Its exit code, once it has ended; 128 and the signal's number where one ended it.</summary>
    public int? ExitCode => _exited.IsSet ? _process.ExitCode : null;

    public IReadOnlyList<OutputLine> Output => Copy(_output);

    public IReadOnlyList<OutputLine> Errors => Copy(_errors);

    /// <summary>Makes a process in the calling thread's namespace. The constructor, which makes threads, is not for that thread.</summary>
    public static Spawned Spawn(LabCommand command)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Instant startedAt = LabClock.Now;
        return new Spawned(Process.Start(start)!, startedAt);
    }

    /// <summary>Waits until it has ended and all its output is read; false when that takes longer.</summary>
    public bool WaitForExit(TimeSpan timeout) => _exited.Wait(timeout);

    /// <summary>The first line of stdout, past or to come, that satisfies the condition; null when the process ends or time runs out before.</summary>
    public OutputLine? WaitForLine(Func<string, bool> condition, TimeSpan timeout) => WaitFor(line => condition(line.Text), timeout);

    /// <summary>The same, with a say in when it was printed.</summary>
    public OutputLine? WaitFor(Func<OutputLine, bool> condition, TimeSpan timeout)
    {
        Instant end = LabClock.Now + timeout;
        while (true)
        {
            bool hasEnded = _exited.IsSet;
            foreach (OutputLine line in Output)
            {
                if (condition(line)) { return line; }
            }

            if (hasEnded || LabClock.Now > end) { return null; }

            _exited.Wait(PollEvery);
        }
    }

    // The wait is coarse; the line's own time stamp is what counts.
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(10);

    public void Kill() => _process.Kill();

    /// <summary>Stops it for a while, as a machine that sleeps does; its clock goes on.</summary>
    public void Sleep(TimeSpan duration)
    {
        Signal(Native.Stop);
        Thread.Sleep(duration);
        Signal(Native.Continue);
    }

    private void Signal(int signal)
    {
        if (Native.Signal(_process.Id, signal) != 0) { throw Native.Failure("kill"); }
    }

    public void Dispose()
    {
        if (!_exited.IsSet) { Kill(); }

        foreach (Thread thread in _threads) { thread.Join(); }

        _process.Dispose();
        _exited.Dispose();
    }

    private void Read(StreamReader reader, List<OutputLine> lines)
    {
        while (reader.ReadLine() is { } text)
        {
            var line = new OutputLine(LabClock.Now, text);
            lock (_lock) { lines.Add(line); }
        }
    }

    private void AwaitExit()
    {
        _process.WaitForExit();
        _exitedAt = LabClock.Now;
        _threads[0].Join();
        _threads[1].Join();
        _exited.Set();
    }

    private OutputLine[] Copy(List<OutputLine> lines)
    {
        lock (_lock) { return [.. lines]; }
    }
}
