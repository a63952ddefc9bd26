using Punch.Lab.Cells;
using Punch.Lab.Topology;

namespace Punch.Lab.Figures;

/// <summary>
/// Runs the pairs with routers that hold early packets against the peer, with every gap, many times, and prints a Markdown table.
/// </summary>
internal sealed class EarlyTable(FigureOptions options)
{
    // 40 s is longer than the 30 s for which a router remembers an early packet.
    private static readonly double[] Gaps = [0, 1, 5, 40];

    /// <summary>The gap for the original. It is too long for its first packets to cross on the way.</summary>
    private static readonly TimeSpan OriginalGap = TimeSpan.FromSeconds(1);

    private readonly RunQueue _queue = new();

    /// <summary>Prints the table. Returns 0 if every run succeeded, else 1.</summary>
    public int Print()
    {
        EarlyFigure[] figures = [.. Trials().Where(trial => trial.Name.Contains(options.Only, StringComparison.Ordinal)).Select(trial => new EarlyFigure(trial))];
        for (int number = 1; number <= Math.Max(options.Runs, options.OriginalRuns); number++) { Add(number, figures); }

        _queue.Work(options.Parallel);
        Console.WriteLine($"Early packets. Round trip 50 ms; {options.Runs} runs a line, {options.Parallel} at a time; {Markdown.Machine}.");
        Console.WriteLine("Times are in ms from the later start to `open` on the side that needed longer. Starts are spread evenly over the slots of the clock.");
        Console.WriteLine();
        Markdown.WriteTable(EarlyFigure.Header, figures.Select(figure => figure.Row));
        return _queue.Failures == 0 ? 0 : 1;
    }

    private static IEnumerable<EarlyTrial> Trials()
    {
        IEnumerable<EarlyTrial> trials = Cell.Early.SelectMany(cell => Gaps.Select(gap => new EarlyTrial(cell, TimeSpan.FromSeconds(gap))));
        return ShiftedClock.Missing is null ? trials.Concat(EarlyTrial.WithClocksApart) : trials;
    }

    private void Add(int number, EarlyFigure[] figures)
    {
        foreach (EarlyFigure figure in number <= options.Runs ? figures : [])
        {
            _queue.Add(figure.Trial.Name, number, () => figure.RunPunch(number));
        }

        foreach (EarlyFigure figure in number <= options.OriginalRuns ? figures : [])
        {
            if (figure.Trial.Gap == OriginalGap && figure.Trial.ClockDifference == TimeSpan.Zero) { _queue.Add(() => figure.RunOriginals(number)); }
        }
    }
}
