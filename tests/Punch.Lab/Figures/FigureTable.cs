using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Punch.Lab.Cells;

namespace Punch.Lab.Figures;

/// <summary>Runs every cell many times and prints a Markdown table; progress and failures go to stderr.</summary>
internal sealed class FigureTable(FigureOptions options)
{
    private readonly ConcurrentQueue<Action> _jobs = [];
    private int _failures;

    /// <summary>Prints the table; returns 0 when every run succeeded, else 1.</summary>
    public int Print()
    {
        Figure[] withLoss = [.. options.Losses.SelectMany(loss => Figures(Cell.Group1, loss))];
        Figure[] withoutLoss = [.. Figures(Cell.Group2, 0), .. Figures(Cell.V6, 0), .. Figures(Cell.Kernel, 0)];
        Figure[] all = [.. withLoss, .. withoutLoss];
        // Runs of one cell are spread over the whole time, so that a busy minute of the machine does not fall on one cell.
        for (int number = 1; number <= Math.Max(options.Runs, options.OriginalRuns); number++) { Enqueue(number, all, withLoss); }

        Work();
        Console.WriteLine($"Round trip 50 ms; {options.Runs} runs a line, {options.Parallel} at a time; {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores.");
        Console.WriteLine("Times are medians in ms from the start of the process that was started later, the start of the program included.");
        Console.WriteLine();
        WriteRow(Figure.Header);
        WriteRow([.. Figure.Header.Select(_ => "---")]);
        foreach (Figure figure in all) { WriteRow(figure.Row); }

        return _failures == 0 ? 0 : 1;
    }

    private IEnumerable<Figure> Figures(IEnumerable<Cell> cells, double loss) => cells
        .Where(cell => cell.Name.Contains(options.Only, StringComparison.Ordinal))
        .SelectMany(cell => Enum.GetValues<StartOrder>().Select(order => new Figure(cell, order, loss)));

    private void Enqueue(int number, Figure[] all, Figure[] withOriginals)
    {
        foreach (Figure figure in number <= options.Runs ? all : [])
        {
            _jobs.Enqueue(() => Report(figure, number, figure.RunPunch(number)));
        }

        foreach (Figure figure in number <= options.OriginalRuns ? withOriginals : []) { _jobs.Enqueue(() => figure.RunOriginals(number)); }
    }

    private void Work()
    {
        int total = _jobs.Count;
        Thread[] workers = [.. Enumerable.Range(0, options.Parallel).Select(_ => new Thread(() =>
        {
            while (_jobs.TryDequeue(out Action? job))
            {
                job();
                if (_jobs.Count % 50 == 0) { Console.Error.WriteLine($"{total - _jobs.Count} of {total} runs"); }
            }
        }))];
        foreach (Thread worker in workers) { worker.Start(); }

        foreach (Thread worker in workers) { worker.Join(); }
    }

    private void Report(Figure figure, int number, string? failure)
    {
        if (failure is null) { return; }

        Interlocked.Increment(ref _failures);
        string folder = Path.Combine(Prerequisites.Root, "artifacts", "lab");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"{figure.Name.Replace(" ", "_", StringComparison.Ordinal)}-{number}.txt");
        File.WriteAllText(file, failure);
        Console.Error.WriteLine($"failed: {figure.Name}, run {number}: {file}");
    }

    private static void WriteRow(IReadOnlyList<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
