using Xunit;

namespace Punch.Lab.Meet;

/// <summary>Compares the table of <c>punch meet</c> in docs/reachability.md, pair by pair, with the pairs of group meet.</summary>
public sealed class ReachabilityTests
{
    private const string Head = "| waiting \\ joining |";

    [Fact]
    public void The_table_of_meetings_says_what_every_pair_is_held_to()
    {
        string[][] rows = [.. Lines().Select(Cells)];
        string[][] columns = [.. rows[0][1..].Select(Kinds)];

        IEnumerable<string> said = from row in rows[2..]
                                   from waiting in Kinds(row[0])
                                   from column in columns.Index()
                                   from joining in column.Item
                                   select $"{waiting} x {joining}: {row[column.Index + 1]}";

        IEnumerable<string> held = MeetMatrix.Cells.Concat(MeetMatrix.Blocked).Select(cell => $"{cell.Name}: {(MeetMatrix.IsDirect(cell) ? "yes" : "relay")}");
        Assert.Equal(held.Order(StringComparer.Ordinal), said.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Lines() => File.ReadLines(Path.Combine(Prerequisites.Root, "docs", "reachability.md"))
        .SkipWhile(line => !line.StartsWith(Head, StringComparison.Ordinal))
        .TakeWhile(line => line.StartsWith('|'));

    private static string[] Cells(string line) => [.. line.Split('|')[1..^1].Select(cell => cell.Trim())];

    private static string[] Kinds(string names) => names.Split(", ");
}
