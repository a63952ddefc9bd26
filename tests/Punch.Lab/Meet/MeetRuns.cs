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
        // What takes longest begins first.
        Piece[] pieces = [.. MeetScenario.All.Select(Of).Concat(MeetTrials.All.Select(Of)).OrderByDescending(piece => piece.IsLong)];
        var seeds = pieces.Index().ToDictionary(each => each.Item, each => (ulong)each.Index + 1);
        return LabWork.Start(pieces, Parallel, piece => piece.Run(seeds[piece])).ToDictionary(each => each.Key.Name, each => each.Value);
    }

    private static Piece Of(MeetTrial trial) =>
        new(trial.Name, !trial.IsDirect || trial.Gap.Duration() > LongGap, seed => trial.Run(seed).Failure);

    private static Piece Of(MeetScenario scenario) =>
        new(scenario.Name, IsLong: true, seed => scenario.Run(seed) is { IsRight: false } wrong ? wrong.Transcript : null);

    private sealed record Piece(string Name, bool IsLong, Func<ulong, string?> Run);
}
