using Punch.Lab.Figures;
using Punch.Lab.Topology;

namespace Punch.Lab.Meet;

/// <summary>
/// All runs of group meet. They all begin when the first one is needed, because they mostly wait. The value of a run is null, or its faults
/// with its transcript.
/// </summary>
public sealed class MeetRuns : IDisposable
{
    // Enough for the runs that wait for half a minute and more.
    private const int Parallel = 80;

    // Few enough for a small machine, whose processes must not wait for each other.
    private const int ParallelShort = 8;
    private const int ParallelRepairs = 8;
    private const int MaxAttempts = 5;
    private static readonly TimeSpan LongGap = TimeSpan.FromSeconds(5);

    // The time that a packet takes from one host to the other: a router that holds early packets forgives no longer delay.
    private static readonly TimeSpan LongWait = TimeSpan.FromMilliseconds(25);

    // Scenarios assert seconds.
    private static readonly TimeSpan LongWaitOfScenario = TimeSpan.FromSeconds(1);
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
        IEnumerable<MeetScenario> timeless = PlacementScenarios.All.Concat(ServerScenarios.All).Concat(StreamScenarios.All).Concat(ForwardScenarios.All);
        Piece[] lasting = [.. trials.Where(trial => trial.IsLong), .. timeless.Select(Of)];
        IReadOnlyDictionary<Piece, Task<string?>> waiting = LabWork.Start(lasting, Parallel, Run);
        IReadOnlyDictionary<Piece, Task<string?>> brief = LabWork.Start(trials.Where(trial => !trial.IsLong), ParallelShort, Run);

        // These assert a time, so they wait for a quiet machine: until only runs are left that mostly wait.
        Task<string?>[] busy = [.. brief.Values];
        IReadOnlyDictionary<Piece, Task<string?>> repairs = LabWork.Start(RepairScenarios.All.Concat(RelayScenarios.All).Select(Of), ParallelRepairs, piece =>
        {
            foreach (IAsyncResult each in busy) { each.AsyncWaitHandle.WaitOne(); }

            return Run(piece);
        });
        return waiting.Concat(brief).Concat(repairs).ToDictionary(each => each.Key.Name, each => each.Value);
    }

    /// <summary>
    /// Runs it. A run that fails while its processes waited long for a processor is void, and is done again: it says that the machine is
    /// busy, and nothing about punch.
    /// </summary>
    private static string? Run(Piece piece)
    {
        ulong seed = Seed.Of(piece.Name, number: 1);
        for (int attempt = 1; ; attempt++)
        {
            (string? failure, TimeSpan processorWait) = piece.Run(seed);
            if (failure is null || processorWait <= piece.LongWait || attempt == MaxAttempts) { return failure; }
        }
    }

    private static Piece Of(MeetTrial trial) => new(trial.Name, !trial.HasPath || trial.Gap.Duration() > LongGap, LongWait, seed =>
    {
        MeetResult result = trial.Run(seed);
        return (result.Failure, result.ProcessorWait);
    });

    private static Piece Of(MeetScenario scenario) => new(scenario.Name, IsLong: true, LongWaitOfScenario, seed =>
    {
        ScenarioResult result = scenario.Run(seed);
        return (result.IsRight ? null : result.Transcript, result.ProcessorWait);
    });

    private sealed record Piece(string Name, bool IsLong, TimeSpan LongWait, Func<ulong, (string? Failure, TimeSpan ProcessorWait)> Run);
}
