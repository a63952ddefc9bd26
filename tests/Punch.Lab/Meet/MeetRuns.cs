using Punch.Lab.Figures;
using Punch.Lab.Topology;

namespace Punch.Lab.Meet;

/// <summary>
/// Everything that group meet runs, all begun when the first of it is asked for: it waits most of its time. A run's value is null, or what
/// is wrong with it and all that happened.
/// </summary>
public sealed class MeetRuns : IDisposable
{
    // Enough for all that wait for half a minute and more, and few enough for a small machine.
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
        // A time is asserted there, so they wait for a quiet machine: until only those are left that wait themselves.
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
        new(trial.Name, !trial.IsDirect || trial.Gap.Duration() > LongGap, seed => trial.Run(seed).Failure);

    private static Piece Of(MeetScenario scenario) =>
        new(scenario.Name, IsLong: true, seed => scenario.Run(seed) is { IsRight: false } wrong ? wrong.Transcript : null);

    private sealed record Piece(string Name, bool IsLong, Func<ulong, string?> Run);
}
