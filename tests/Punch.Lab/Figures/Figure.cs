using Punch.Lab.Cells;
using Punch.Protocol;

namespace Punch.Lab.Figures;

/// <summary>One line of the table: a cell under one condition, run many times. Times count from the later start.</summary>
internal sealed class Figure(Cell cell, StartOrder order, double loss)
{
    private static readonly TimeSpan PunchLimit = TimeSpan.FromSeconds(25);
    private readonly Lock _lock = new();
    private readonly Durations _laterOpened = new();
    private readonly Durations _earlierOpened = new();
    private readonly Durations _laterEnded = new();
    private readonly Durations _earlierEnded = new();
    private readonly Durations _originalsHeard = new();
    private int _runs;
    private int _originalRuns;
    private int _successes;

    public string Name => $"{cell.Name}, {order}, {loss:P0} loss";

    public static IReadOnlyList<string> Header { get; } =
    [
        "cell", "started", "loss", "both exit 0", "open: later side", "95 %", "open: earlier side", "95 %", "exit: later side", "exit: earlier side",
        "originals heard", "heard: both", "95 %",
    ];

    public IReadOnlyList<string> Row =>
    [
        cell.Name, StartGap.Text(order.Gap()), $"{loss:P0}", $"{_successes}/{_runs}",
        _laterOpened.Median, _laterOpened.Percentile(95), _earlierOpened.Median, _earlierOpened.Percentile(95), _laterEnded.Median, _earlierEnded.Median,
        $"{_originalsHeard.Count}/{_originalRuns}", _originalsHeard.Median, _originalsHeard.Percentile(95),
    ];

    /// <summary>Runs the binary on both sides once. Returns a transcript if it fails.</summary>
    public string? RunPunch(int number)
    {
        using var run = CellRun.Start(cell, Options(number), PunchPeer.OnceWithin20Seconds, PunchPeer.OnceWithin20Seconds);
        bool succeeded = run.WaitForExits(PunchLimit) && run.A.ExitCode == 0 && run.B.ExitCode == 0;
        lock (_lock)
        {
            _runs++;
            _successes += succeeded ? 1 : 0;
            Note(_laterOpened, run, PunchPeer.OpenedAt(run.Later));
            Note(_earlierOpened, run, PunchPeer.OpenedAt(run.Earlier));
            Note(_laterEnded, run, run.Later.ExitedAt);
            Note(_earlierEnded, run, run.Earlier.ExitedAt);
        }

        return succeeded ? null : run.Transcript();
    }

    /// <summary>Runs the original on both sides once, until both have heard something.</summary>
    public void RunOriginals(int number)
    {
        using var run = CellRun.Start(cell, Options(number), OriginalPeer.ForAMinute, OriginalPeer.ForAMinute);
        Instant? heard = OriginalPeer.BothHeardAt(run);
        lock (_lock)
        {
            _originalRuns++;
            Note(_originalsHeard, run, heard);
        }
    }

    private CellOptions Options(int number) => new() { Gap = order.Gap(), Loss = loss, Seed = Figures.Seed.Of(Name, number) };

    private static void Note(Durations durations, CellRun run, Instant? at)
    {
        if (at is { } instant) { durations.Add(instant - run.Later.StartedAt); }
    }
}
