using Punch.Lab.Cells;

namespace Punch.Lab.Figures;

/// <summary>Runs every cell of the matrix many times and prints a Markdown table.</summary>
internal sealed class FigureTable(FigureOptions options)
{
    private readonly RunQueue _queue = new();

    /// <summary>Prints the table. Returns 0 if every run succeeded, else 1.</summary>
    public int Print()
    {
        Figure[] withLoss = [.. options.Losses.SelectMany(loss => Figures(Cell.Group1, loss))];
        Figure[] withoutLoss = [.. Figures(Cell.Group2, 0), .. Figures(Cell.V6, 0), .. Figures(Cell.Kernel, 0)];
        Figure[] all = [.. withLoss, .. withoutLoss];
        // The runs of one cell are spread over the whole time, so that a busy minute of the machine affects all cells alike.
        for (int number = 1; number <= Math.Max(options.Runs, options.OriginalRuns); number++) { Add(number, all, withLoss); }

        _queue.Work(options.Parallel);
        Console.WriteLine($"Round trip 50 ms; {options.Runs} runs a line, {options.Parallel} at a time; {Markdown.Machine}.");
        Console.WriteLine("Times are medians in ms from the start of the process that was started later, the start of the program included.");
        Console.WriteLine();
        Markdown.WriteTable(Figure.Header, all.Select(figure => figure.Row));
        return _queue.Failures == 0 ? 0 : 1;
    }

    private IEnumerable<Figure> Figures(IEnumerable<Cell> cells, double loss) => cells
        .Where(cell => cell.Name.Contains(options.Only, StringComparison.Ordinal))
        .SelectMany(cell => Enum.GetValues<StartOrder>().Select(order => new Figure(cell, order, loss)));

    private void Add(int number, Figure[] all, Figure[] withOriginals)
    {
        foreach (Figure figure in number <= options.Runs ? all : []) { _queue.Add(figure.Name, number, () => figure.RunPunch(number)); }

        foreach (Figure figure in number <= options.OriginalRuns ? withOriginals : []) { _queue.Add(() => figure.RunOriginals(number)); }
    }
}
