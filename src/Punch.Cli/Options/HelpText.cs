using System.Text;
using Punch.Cli.Output;

namespace Punch.Cli.Options;

/// <summary>Lays out the help of a command for a terminal of 80 columns.</summary>
internal sealed class HelpText
{
    // A term that is longer stands on a line of its own.
    private const int WidestTerm = 28;

    private readonly StringBuilder _text = new();

    private HelpText() { }

    /// <summary>The whole help, without the last line's end.</summary>
    public static string Of(CommandSpec spec)
    {
        var help = new HelpText();
        help.Paragraph(spec.Summary);
        help.Lines("Usage", spec.Usage);
        foreach (string paragraph in spec.Description) { help.Paragraph(paragraph); }

        if (spec.Name is null) { help.Section("Other commands, each with its own --help", CommandName.All); }

        help.Sections(spec);
        foreach (string note in spec.Notes) { help.Paragraph(note); }

        help.Section("Environment", spec.Variables);
        help.Examples(spec.Examples);
        help.Section("Exit codes", [.. spec.ExitCodes.Select(exit => new HelpEntry(exit.Code.ToString("D"), exit.Meaning))]);
        return help._text.ToString().TrimEnd('\n');
    }

    // One column for all of them: the eye runs down one edge.
    private void Sections(CommandSpec spec)
    {
        OptionSection[] sections = [.. (OptionSection[])(spec.Operands is { } operands ? [operands] : []), .. spec.Sections];
        int column = Column(sections.SelectMany(section => section.Entries));
        foreach (OptionSection section in sections) { Section(section.Title, section.Entries, column); }
    }

    private void Section(string title, IReadOnlyList<IHelpEntry> entries) => Section(title, entries, Column(entries));

    private void Section(string title, IReadOnlyList<IHelpEntry> entries, int column)
    {
        if (entries.Count == 0) { return; }

        _text.Append(title).Append(":\n");
        foreach (IHelpEntry entry in entries) { Entry(entry, column); }

        _text.Append('\n');
    }

    private static int Column(IEnumerable<IHelpEntry> entries) =>
        (2 * "  ".Length) + entries.Select(entry => entry.Term.Length).Where(length => length <= WidestTerm).Append(0).Max();

    private void Entry(IHelpEntry entry, int column)
    {
        string term = "  " + entry.Term;
        bool fits = term.Length + "  ".Length <= column;
        _text.Append(fits ? term.PadRight(column) : term + "\n" + new string(' ', column));
        _text.AppendJoin("\n" + new string(' ', column), WordWrap.Lines(entry.Text, WordWrap.Width - column)).Append('\n');
    }

    private void Lines(string title, IReadOnlyList<string> lines)
    {
        _text.Append(title).Append(":\n");
        foreach (string line in lines) { _text.Append("  ").Append(line).Append('\n'); }

        _text.Append('\n');
    }

    // A line each for what it does and for what is typed: command lines are copied, and are too long for two columns.
    private void Examples(IReadOnlyList<HelpEntry> examples)
    {
        _text.Append("Examples:\n");
        foreach (HelpEntry example in examples) { _text.Append($"  # {example.Text}\n  {example.Term}\n"); }

        _text.Append('\n');
    }

    private void Paragraph(string text) => _text.AppendJoin('\n', WordWrap.Lines(text, WordWrap.Width)).Append("\n\n");
}
