using Punch.Lab.Figures;

namespace Punch.Lab.Attacks;

/// <summary>Runs every attack and prints what it cost whom.</summary>
internal static class AttackTable
{
    /// <summary>Prints the table; returns 0 when all is as it must be, else 1.</summary>
    public static int Print(TimeSpan duration, string only)
    {
        Attack[] attacks = [.. AttackList.All.Select(make => make()).Where(each => each.Name.Contains(only, StringComparison.Ordinal))];
        var results = new List<AttackResult>();
        foreach (Attack attack in attacks)
        {
            using var run = new AttackRun(attack, Seed.Of(attack.Name, number: 1));
            results.Add(run.Run(duration));
        }

        Console.WriteLine($"{duration.TotalSeconds} s an attack; {Markdown.Machine}.");
        Markdown.WriteTable(AttackResult.Header, results.Select(result => result.Row));
        return results.TrueForAll(result => result.Failure is null) ? 0 : 1;
    }
}
