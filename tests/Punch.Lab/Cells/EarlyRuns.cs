
namespace Punch.Lab.Cells;

/// <summary>All runs of <see cref="EarlyTests"/>. They all begin when the first one is needed.</summary>
public sealed class EarlyRuns : IDisposable
{
    private readonly Lazy<Dictionary<string, Task<CellRun>>> _runs = new(Begin);

    /// <summary>How much earlier B starts. Only two cells wait longer than a router remembers an early packet.</summary>
    internal static IEnumerable<TimeSpan> GapsOf(Cell cell)
    {
        int[] seconds = cell == Cell.Early[^1] ? [1] : cell.A == cell.B ? [0, 1, 5, 40] : [0, 1, 5];
        return seconds.Select(gap => TimeSpan.FromSeconds(gap));
    }

    internal void AssertProven(EarlyTrial trial) => MatrixTests.AssertProven(_runs.Value[trial.Name].GetAwaiter().GetResult());

    public void Dispose()
    {
        if (!_runs.IsValueCreated) { return; }

        foreach (Task<CellRun> run in _runs.Value.Values) { run.GetAwaiter().GetResult().Dispose(); }
    }

    private static Dictionary<string, Task<CellRun>> Begin()
    {
        IEnumerable<EarlyTrial> trials = Cell.Early.SelectMany(cell => GapsOf(cell).Select(gap => new EarlyTrial(cell, gap)));
        if (Topology.ShiftedClock.Missing is null) { trials = trials.Concat(EarlyTrial.WithClocksApart); }

        return trials.Index().ToDictionary(item => item.Item.Name, item => Begin(item.Item, (ulong)item.Index));
    }

    // Each has a thread of its own: the pool has too few threads for work that waits.
    private static Task<CellRun> Begin(EarlyTrial trial, ulong seed) => Task.Factory.StartNew(
        () => trial.Run(seed), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
