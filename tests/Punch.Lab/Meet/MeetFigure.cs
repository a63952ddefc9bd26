using Punch.Lab.Figures;

namespace Punch.Lab.Meet;

/// <summary>One pair of the matrix, run many times. Times count from the start of the joining side.</summary>
internal sealed class MeetFigure(MeetTrial trial)
{
    // One round trip to the server, one to the peer, and 30 ms. The waiting side's proof comes half a round trip later.
    private static readonly TimeSpan JoinerTarget = TimeSpan.FromMilliseconds(50 + 50 + 30);
    private static readonly TimeSpan WaiterTarget = JoinerTarget + TimeSpan.FromMilliseconds(25);

    private readonly Lock _lock = new();
    private readonly Durations _joiner = new();
    private readonly Durations _waiter = new();
    private readonly Durations _joinerOwn = new();
    private readonly Durations _gone = new();
    private int _runs;
    private int _open;
    private int _failures;

    public MeetTrial Trial => trial;

    public static IReadOnlyList<string> Header { get; } =
        ["waiting x joining", "both exit 0", "joiner", "95 %", "by its own clock", "waiting side", "95 %", "both gone", "95 %", "target met"];

    public IReadOnlyList<string> Row =>
    [
        trial.Cell.Name, $"{_open}/{_runs}",
        _joiner.Median, _joiner.Percentile(95), _joinerOwn.Median, _waiter.Median, _waiter.Percentile(95),
        _gone.Median, _gone.Percentile(95), MeetsTarget ? "yes" : "no",
    ];

    /// <summary>The median times of both sides: <c>104.0, 129.1</c>.</summary>
    public IReadOnlyList<string> Medians => [_joiner.Median, _waiter.Median];

    /// <summary>Whether both medians are within the target.</summary>
    public bool MeetsTarget => _open == _runs && _joiner.MedianValue <= JoinerTarget && _waiter.MedianValue <= WaiterTarget;

    /// <summary>Its cell in docs/reachability.md: <c>yes</c>, <c>relay</c>, or how often.</summary>
    public string Word => _failures > 0 ? $"{_open} of {_runs}" : trial.IsDirect ? "yes" : "relay";

    /// <summary>Runs it once. Returns a transcript if it fails.</summary>
    public string? Run(int number)
    {
        MeetResult result = trial.Run(Seed.Of(trial.Name, number));
        lock (_lock)
        {
            _runs++;
            _open += result.AreBothOpen ? 1 : 0;
            _failures += result.Failure is null ? 0 : 1;
            Note(_joiner, result.Joiner);
            Note(_waiter, result.Waiter);
            Note(_joinerOwn, result.JoinerOwn);
            Note(_gone, result.BothGone);
        }

        return result.Failure;
    }

    private static void Note(Durations durations, TimeSpan? value)
    {
        if (value is { } duration) { durations.Add(duration); }
    }
}
