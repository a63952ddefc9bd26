using Punch.Lab.Figures;
using Punch.Lab.Topology;

namespace Punch.Lab.Meet;

/// <summary>
/// All runs of group meet. They all begin when the first one is needed, because they mostly wait. The value of a run is null, or its faults
/// with its transcript.
/// </summary>
public sealed class MeetRuns : IDisposable
{
    // Enough for the runs that wait for half a minute and more, and few enough for a small machine.
    private const int Parallel = 80;
    private const int ParallelRepairs = 8;
    private static readonly TimeSpan LongGap = TimeSpan.FromSeconds(5);
    private readonly Lazy<Dictionary<string, Task<string?>>> _runs = new(Begin);

    internal Task<string?> FailureOf(string name) => _runs.Value[name];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_runs.IsValueCreated) { return; }

        foreach (IAsyncResult run in _runs.Value.Values) { run.AsyncWaitHandle.WaitOne(); }
    }

    private static Dictionary<string, Task<string?>> Begin()
    {
        Piece[] trials = [.. MeetTrials.All.Select(Of)];
        Piece[] lasting = [.. trials.Where(trial => trial.IsLong), .. PlacementScenarios.All.Concat(ServerScenarios.All).Select(Of)];
        IReadOnlyDictionary<Piece, Task<string?>> main =
            LabWork.Start(lasting.Concat(trials.Where(trial => !trial.IsLong)), Parallel, Run);
        // These assert a time, so they wait for a quiet machine: until only runs are left that mostly wait.
        Task<string?>[] busy = [.. main.Where(each => !each.Key.IsLong).Select(each => each.Value)];
        IReadOnlyDictionary<Piece, Task<string?>> repairs = LabWork.Start(RepairScenarios.All.Select(Of), ParallelRepairs, piece =>
        {
            foreach (IAsyncResult each in busy) { each.AsyncWaitHandle.WaitOne(); }

            return Run(piece);
        });
        return main.Concat(repairs).ToDictionary(each => each.Key.Name, each => each.Value);
    }

    private static string? Run(Piece piece) => piece.Run(Seed.Of(piece.Name, number: 1));

    private static Piece Of(MeetTrial trial) =>
        new(trial.Name, !trial.HasPath || trial.Gap.Duration() > LongGap, seed => trial.Run(seed).Failure);

    private static Piece Of(MeetScenario scenario) =>
        new(scenario.Name, IsLong: true, seed => scenario.Run(seed) is { IsRight: false } wrong ? wrong.Transcript : null);

    private sealed record Piece(string Name, bool IsLong, Func<ulong, string?> Run);
}
