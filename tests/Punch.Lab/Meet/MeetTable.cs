using Punch.Lab.Cells;
using Punch.Lab.Figures;

namespace Punch.Lab.Meet;

/// <summary>
/// Runs every ordered pair many times and prints three Markdown tables: the reachability, as in docs/reachability.md; the times of every
/// pair; and some pairs next to an ICE library.
/// </summary>
internal sealed class MeetTable(FigureOptions options)
{
    // They wait for half a minute, and are not measured.
    private const int ParallelWithoutPath = 64;

    private static readonly string[] NextToIce =
    [
        "open x open", "firewall x firewall", "full-cone x full-cone", "port-restricted x port-restricted",
        "port-preserving x port-preserving", "linux x linux", "carrier x carrier", "address-restricted x symmetric-random", "symmetric-random x open",
    ];

    /// <summary>Prints the tables. Returns 0 if every run had the expected result, at any speed, else 1.</summary>
    public int Print()
    {
        MeetFigure[] figures = [.. MeetTrials.Matrix.Concat(MeetTrials.Blocked).Where(trial => IsWanted(trial.Cell.Name)).Select(trial => new MeetFigure(trial))];
        IceFigure[] ice = options.IceRuns == 0 ? [] : [.. NextToIce.Where(IsWanted).Select(name => new IceFigure(Cell.Named(name)))];
        int failures = RunAll(figures, ice);
        Console.WriteLine($"{options.Runs} runs a pair, {options.Parallel} at a time; {Markdown.Machine}. All round trips take 50 ms.");
        Console.WriteLine("Times are medians in ms from the start of the process that joins; the other one waits.");
        PrintReach(figures);
        PrintTimes([.. figures.Where(figure => figure.Trial.IsDirect)]);
        PrintNextToIce(figures, ice);
        return failures == 0 ? 0 : 1;
    }

    private bool IsWanted(string name) => name.Contains(options.Only, StringComparison.Ordinal);

    private int RunAll(MeetFigure[] figures, IceFigure[] ice)
    {
        var measured = new RunQueue();
        var waiting = new RunQueue();
        // The runs of one pair are spread over the whole time, so that a busy minute of the machine affects all pairs alike.
        for (int number = 1; number <= Math.Max(options.Runs, options.IceRuns); number++)
        {
            int run = number;
            foreach (MeetFigure figure in run <= options.Runs ? figures : [])
            {
                (figure.Trial.IsDirect ? measured : waiting).Add(figure.Trial.Name, run, () => figure.Run(run));
            }

            foreach (IceFigure figure in run <= options.IceRuns ? ice : []) { measured.Add(() => figure.Run(run)); }
        }

        measured.Work(options.Parallel);
        waiting.Work(ParallelWithoutPath);
        return measured.Failures + waiting.Failures;
    }

    /// <summary>Prints one line for all kinds with the same reachability.</summary>
    private static void PrintReach(MeetFigure[] figures)
    {
        var words = figures.ToDictionary(figure => figure.Trial.Cell.Name, figure => figure.Word);
        string Word(HostKind waiting, HostKind joining) => words.GetValueOrDefault(new Cell(waiting, joining).Name, "");
        string Signature(HostKind kind) => string.Join('|', MeetMatrix.All.Select(other => $"{Word(kind, other)}/{Word(other, kind)}"));
        HostKind[][] groups = [.. MeetMatrix.All.GroupBy(Signature).Select(group => group.ToArray())];
        Console.WriteLine();
        Markdown.WriteTable(
            ["waiting \\ joining", .. groups.Select(Names)],
            groups.Select(row => (IReadOnlyList<string>)[Names(row), .. groups.Select(column => Word(row[0], column[0]))]));
    }

    private static string Names(HostKind[] kinds) => string.Join(", ", kinds.Select(kind => kind.Name));

    private static void PrintTimes(MeetFigure[] figures)
    {
        Console.WriteLine();
        Markdown.WriteTable(MeetFigure.Header, figures.Select(figure => figure.Row));
        Console.WriteLine();
        Console.WriteLine($"{figures.Count(figure => figure.MeetsTarget)} of {figures.Length} pairs within 130 ms and 155 ms.");
    }

    private static void PrintNextToIce(MeetFigure[] figures, IceFigure[] ice)
    {
        if (ice.Length == 0) { return; }

        Console.WriteLine();
        IReadOnlyList<string> Own(Cell cell) => figures.Single(figure => figure.Trial.Cell.Name == cell.Name).Medians;
        Markdown.WriteTable(IceFigure.Header, ice.Select(other => (IReadOnlyList<string>)[other.Cell.Name, .. Own(other.Cell), .. other.Row]));
    }
}
