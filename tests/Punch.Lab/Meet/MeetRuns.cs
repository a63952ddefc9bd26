namespace Punch.Lab.Meet;

/// <summary>
/// Everything that group meet runs, all begun when the first of it is asked for: it waits most of its time. A run's value is null, or what
/// is wrong with it and all that happened.
/// </summary>
public sealed class MeetRuns : IDisposable
{
    // Enough for all that wait for half a minute and more, and few enough for a small machine.
    private const int Parallel = 80;
    private readonly Lazy<Dictionary<string, Task<string?>>> _runs = new(Begin);

    internal static IReadOnlyList<MeetTrial> Trials { get; } = MeetTrials.All;

    internal Task<string?> FailureOf(string name) => _runs.Value[name];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_runs.IsValueCreated) { return; }

        foreach (IAsyncResult run in _runs.Value.Values) { run.AsyncWaitHandle.WaitOne(); }
    }

    private static Dictionary<string, Task<string?>> Begin()
    {
        var free = new SemaphoreSlim(Parallel);
        IEnumerable<(string Name, bool IsLong, Func<ulong, string?> Run)> trials =
            Trials.Select(trial => (trial.Name, !trial.IsDirect || trial.Gap.Duration() > TimeSpan.FromSeconds(5), (Func<ulong, string?>)(seed => trial.Run(seed).Failure)));
        IEnumerable<(string Name, bool IsLong, Func<ulong, string?> Run)> scenarios =
            MeetScenario.All.Select(scenario => (scenario.Name, true, (Func<ulong, string?>)(seed => scenario.Run(seed) is { IsRight: false } wrong ? wrong.Transcript : null)));
        // What takes longest begins first.
        return scenarios.Concat(trials).OrderByDescending(each => each.IsLong).Index()
            .ToDictionary(each => each.Item.Name, each => Begin(free, each.Item.Run, (ulong)each.Index + 1));
    }

    // A thread of its own each: the pool has too few for work that waits.
    private static Task<string?> Begin(SemaphoreSlim free, Func<ulong, string?> run, ulong seed) =>
        Task.Factory.StartNew(() => Do(free, run, seed), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static string? Do(SemaphoreSlim free, Func<ulong, string?> run, ulong seed)
    {
        free.Wait();
        try
        {
            return run(seed);
        }
        finally
        {
            free.Release();
        }
    }
}
