using System.Diagnostics;
using Punch.Lab.Linux;
using Punch.Protocol;

namespace Punch.Lab.Topology;

/// <summary>A line of output with its time.</summary>
internal readonly record struct OutputLine(Instant Time, string Text);

/// <summary>A process that was started and is not watched yet.</summary>
/// <param name="Process">The process, with its output unread.</param>
/// <param name="At">The instant right before the start.</param>
internal readonly record struct Spawned(Process Process, Instant At);

/// <summary>A process inside a host. It records the start right before the spawn, its lines as they come, and its exit.</summary>
internal sealed class LabProcess : IDisposable
{
    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<OutputLine> _output = [];
    private readonly List<OutputLine> _errors = [];
    private readonly ManualResetEventSlim _exited = new();
    private readonly Thread[] _threads;
    private readonly ProcessorWait _wait;
    private Instant? _exitedAt;

    /// <summary>Takes over the process. From now on its lines get their time.</summary>
    public LabProcess(Spawned spawned)
    {
        _process = spawned.Process;
        StartedAt = spawned.At;
        _wait = new ProcessorWait(_process.Id);
        _threads = [new Thread(() => Read(_process.StandardOutput, _output)), new Thread(() => Read(_process.StandardError, _errors)), new Thread(AwaitExit)];
        foreach (Thread thread in _threads)
        {
            thread.IsBackground = true;
            thread.Start();
        }
    }

    public Instant StartedAt { get; }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>How long it waited for a processor until its last line.</summary>
    public TimeSpan ProcessorWait => _wait.Total;

    /// <summary>When it was seen to have ended; null while it runs.</summary>
    public Instant? ExitedAt => _exited.IsSet ? _exitedAt : null;

    /// <summary>Its exit code once it has ended; 128 plus the signal number if a signal ended it.</summary>
    public int? ExitCode => _exited.IsSet ? _process.ExitCode : null;

    public IReadOnlyList<OutputLine> Output => Copy(_output);

    public IReadOnlyList<OutputLine> Errors => Copy(_errors);

    /// <summary>
    /// Starts a process in the calling thread's namespace. Do not call the constructor on that thread, because it makes threads.
    /// </summary>
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

    /// <summary>Waits until it has ended and all its output is read; false if that takes longer.</summary>
    public bool WaitForExit(TimeSpan timeout) => _exited.Wait(timeout);

    /// <summary>
    /// The first line of stdout, past or future, that satisfies the condition; null if the process ends or time runs out before.
    /// </summary>
    public OutputLine? WaitForLine(Func<string, bool> condition, TimeSpan timeout) => WaitFor(line => condition(line.Text), timeout);

    /// <summary>The same, with a condition that also sees the time of the line.</summary>
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

    /// <summary>Whether a line of stderr, past or future, satisfies the condition before the process ends or time runs out.</summary>
    public bool WaitForError(Func<string, bool> condition, TimeSpan timeout)
    {
        Instant end = LabClock.Now + timeout;
        while (!Errors.Any(line => condition(line.Text)))
        {
            if (LabClock.Now > end || _exited.Wait(PollEvery)) { return Errors.Any(line => condition(line.Text)); }
        }

        return true;
    }

    // The wait is coarse. The line's own time counts.
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(10);

    public void Kill() => _process.Kill();

    /// <summary>Stops it for a while, like a machine that sleeps. Its clock goes on.</summary>
    public void Sleep(TimeSpan duration)
    {
        Signal(Native.Stop);
        Thread.Sleep(duration);
        Signal(Native.Continue);
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public void Terminate() => Signal(Native.Terminate);

    /// <summary>Asks it to read its files again, as a service manager does.</summary>
    public void Reload() => Signal(Native.HangUp);

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

            _wait.Sample();
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
