using System.Text;

namespace Punch.Benchmarks;

/// <summary>A Markdown table with a title and notes, printed at once.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> _rows = [];
    private readonly List<string> _notes = [];

    public void Row(params string[] cells) => _rows.Add(cells);

    public void Note(string text) => _notes.Add(text);

    public override string ToString()
    {
        var text = new StringBuilder($"### {title}\n\n");
        text.AppendLine($"| {string.Join(" | ", columns)} |");
        text.AppendLine($"|{string.Concat(columns.Select(_ => "---|"))}");
        foreach (string[] row in _rows) { text.AppendLine($"| {string.Join(" | ", row)} |"); }

        foreach (string note in _notes) { text.AppendLine().AppendLine(note); }

        return text.ToString();
    }
}
