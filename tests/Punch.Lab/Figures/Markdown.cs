using System.Runtime.InteropServices;

namespace Punch.Lab.Figures;

/// <summary>Prints a table for people on stdout.</summary>
internal static class Markdown
{
    /// <summary>The machine of the measurement.</summary>
    public static string Machine => $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores";

    public static void WriteTable(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        WriteRow(header);
        WriteRow([.. header.Select(_ => "---")]);
        foreach (IReadOnlyList<string> row in rows) { WriteRow(row); }
    }

    private static void WriteRow(IReadOnlyList<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
