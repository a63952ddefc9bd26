using Punch.Lab.Figures;
using Punch.Lab.Topology;

namespace Punch.Lab.Nat;

/// <summary>Runs every kind with every set of servers many times and prints a Markdown table. Progress and failures go to stderr.</summary>
internal sealed class NatFigures(NatFigureOptions options)
{
    private readonly List<NatRun> _all = [];

    /// <summary>Prints the table. Returns 0 if every run was right, else 1.</summary>
    public int Print()
    {
        NatKind[] kinds = [.. NatKind.All.Where(kind => kind.Name.Contains(options.Only, StringComparison.Ordinal))];
        NatServers[] sets = [.. NatServers.All.Where(servers => !servers.NeedsCoturn || Prerequisites.MissingForCoturn is null)];
        using (var lab = new NatLab(kinds, seed: 1, options.Loss))
        {
            for (int number = 1; number <= options.Runs; number++)
            {
                _all.AddRange(LabWork.Start(kinds, options.Parallel, kind => Ask(lab, kind, sets)).Values.SelectMany(runs => runs.GetAwaiter().GetResult()));
                Console.Error.WriteLine($"{number} of {options.Runs} runs of {kinds.Length} kinds with {sets.Length} sets of servers");
            }
        }

        PrintTable(kinds, sets);
        return _all.All(run => run.Problems.Count == 0) ? 0 : 1;
    }

    private static NatRun[] Ask(NatLab lab, NatKind kind, NatServers[] sets)
    {
        NatRun[] runs = [.. sets.Select(servers => lab.Run(kind, servers))];
        foreach (NatRun run in runs)
        {
            if (run.Problems.Count > 0) { Console.Error.WriteLine(run.Transcript); }
        }

        return runs;
    }

    private void PrintTable(NatKind[] kinds, NatServers[] sets)
    {
        Console.WriteLine($"Round trip 50 ms, loss {options.Loss:P0} each way; {options.Runs} runs, {options.Parallel} clients at once. Right answers, and the median and largest wall time in ms.");
        Console.WriteLine();
        Console.WriteLine($"| kind | {string.Join(" | ", sets.Select(servers => servers.Name))} |");
        Console.WriteLine($"|---|{string.Concat(sets.Select(_ => "---|"))}");
        foreach (NatKind kind in kinds) { Console.WriteLine($"| {kind.Name} | {string.Join(" | ", sets.Select(servers => Entry(Of(kind, servers))))} |"); }

        Console.WriteLine($"| all but udp-blocked | {string.Join(" | ", sets.Select(servers => Entry([.. _all.Where(run => run.Servers == servers && run.Kind.Truth is not null)])))} |");
    }

    private NatRun[] Of(NatKind kind, NatServers servers) => [.. _all.Where(run => run.Kind == kind && run.Servers == servers)];

    private static string Entry(NatRun[] runs)
    {
        var walls = new Durations();
        foreach (NatRun run in runs) { walls.Add(run.Wall); }

        return $"{runs.Count(run => run.Problems.Count == 0)}/{runs.Length}, {walls.Median}, {walls.Percentile(100)}";
    }
}
