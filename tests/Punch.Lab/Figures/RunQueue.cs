using System.Collections.Concurrent;

namespace Punch.Lab.Figures;

/// <summary>Runs of cells that some workers do in order. Progress and failures go to stderr.</summary>
internal sealed class RunQueue
{
    private readonly ConcurrentQueue<Action> _runs = [];
    private int _failures;

    /// <summary>The number of failed runs.</summary>
    public int Failures => _failures;

    /// <summary>Adds a run that measures and cannot fail.</summary>
    public void Add(Action run) => _runs.Enqueue(run);

    /// <summary>Adds a run that returns a transcript if it fails. The transcript is kept in a file.</summary>
    public void Add(string name, int number, Func<string?> run) => _runs.Enqueue(() =>
    {
        if (run() is { } transcript) { Report(name, number, transcript); }
    });

    /// <summary>Does all runs with this many workers, and returns when the last one has ended.</summary>
    public void Work(int parallel)
    {
        (int total, int done) = (_runs.Count, 0);
        Thread[] workers = [.. Enumerable.Range(0, parallel).Select(_ => new Thread(() =>
        {
            while (_runs.TryDequeue(out Action? run))
            {
                run();
                int count = Interlocked.Increment(ref done);
                if (count % 50 == 0) { Console.Error.WriteLine($"{count} of {total} runs"); }
            }
        }))];
        foreach (Thread worker in workers) { worker.Start(); }

        foreach (Thread worker in workers) { worker.Join(); }
    }

    private void Report(string name, int number, string transcript)
    {
        Interlocked.Increment(ref _failures);
        string folder = Path.Combine(Prerequisites.Root, "artifacts", "lab");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"{name.Replace(" ", "_", StringComparison.Ordinal)}-{number}.txt");
        File.WriteAllText(file, transcript);
        Console.Error.WriteLine($"failed: {name}, run {number}: {file}");
    }
}
