using Punch.Lab.Cells;

namespace Punch.Lab.Figures;

/// <summary>One line of the table of early packets: a pair and a gap, run many times.</summary>
internal sealed class EarlyFigure(EarlyTrial trial)
{
    private readonly Lock _lock = new();
    private readonly Durations _bothOpened = new();
    private int _runs;
    private int _successes;
    private int _originalRuns;
    private int _originalSuccesses;

    public EarlyTrial Trial => trial;

    public static IReadOnlyList<string> Header { get; } =
        ["cell", "started", "clocks apart", "both exit 0", "open on both: median", "slowest", "originals heard on both"];

    public IReadOnlyList<string> Row =>
    [
        trial.Cell.Name, StartGap.Text(-trial.Gap), $"{trial.ClockDifference.TotalSeconds} s", $"{_successes}/{_runs}",
        _bothOpened.Median, _bothOpened.Percentile(100), _originalRuns == 0 ? "" : $"{_originalSuccesses}/{_originalRuns}",
    ];

    /// <summary>Runs the binary on both sides once. Returns a transcript if it fails.</summary>
    public string? RunPunch(int number)
    {
        using CellRun run = trial.Run(Seed.Of(trial.Name, number));
        bool succeeded = run.A.ExitCode == 0 && run.B.ExitCode == 0;
        lock (_lock)
        {
            _runs++;
            _successes += succeeded ? 1 : 0;
            if (PunchPeer.OpenedAt(run.A) is { } a && PunchPeer.OpenedAt(run.B) is { } b) { _bothOpened.Add((a > b ? a : b) - run.Later.StartedAt); }
        }

        return succeeded ? null : run.Transcript();
    }

    /// <summary>Runs the original on both sides once, until both have heard something.</summary>
    public void RunOriginals(int number)
    {
        CellOptions options = trial.Options(Seed.Of(trial.Name, number));
        using var run = CellRun.Start(trial.Cell, options, OriginalPeer.ForAMinute, OriginalPeer.ForAMinute);
        bool isHeard = OriginalPeer.BothHeardAt(run) is not null;
        lock (_lock)
        {
            _originalRuns++;
            _originalSuccesses += isHeard ? 1 : 0;
        }
    }
}
