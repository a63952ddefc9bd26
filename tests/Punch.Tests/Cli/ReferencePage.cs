using System.Text;
using Punch.Cli.Options;

namespace Punch.Tests.Cli;

/// <summary>Writes docs/reference.md from the tables of the commands.</summary>
internal sealed class ReferencePage
{
    private readonly StringBuilder _text = new();

    private ReferencePage() { }

    /// <summary>The variables that all commands share, or that a command after the dashes finds.</summary>
    public static IReadOnlyList<HelpEntry> Variables { get; } =
    [
        new("NO_COLOR", "If set and not empty, output has no colour. Colour needs a terminal, and one without `TERM=dumb`."),
        new("PUNCH_LOCAL_PORT", "Set for a command after `--`: the local port of the path"),
        new("PUNCH_LOCAL_HOST", "Set for a command after `--`, with `--bind` only: the local address of the path"),
        new("PUNCH_REMOTE_HOST", "Set for a command after `--`: the peer's address"),
        new("PUNCH_REMOTE_PORT", "Set for a command after `--`: the peer's port"),
        new("PUNCH_FD", "Set for a command after `--`, with `--pass-socket` only: 3, the descriptor of the bound socket. "
                    + "`LISTEN_FDS=1`, `LISTEN_PID` and `LISTEN_FDNAMES=punch` say the same as systemd does"),
        new("PUNCH_CODE", "Taken out of the environment of a command after `--`"),
        new("PUNCH_SERVER_PASSWORD", "Taken out of the environment of a command after `--`"),
    ];

    /// <summary>The whole page.</summary>
    public static string Of(IReadOnlyList<CommandSpec> specs)
    {
        var page = new ReferencePage();
        page.Paragraph("# Command reference");
        page.Paragraph(
            "Every command with its options, values, defaults, environment variables and exit codes. This page is made from the "
                + "tables that the program "
            + "itself uses: do not edit it. `PUNCH_WRITE_GOLDEN=1 dotnet test --project tests/Punch.Tests --filter-class "
            + "'*HelpTests'` writes it anew.");
        page.Table(["command", "what it does"], specs.Select(spec => (string[])[$"[`{spec.Title}`](#{Anchor(spec)})", spec.Summary]));
        page.Paragraph(
            "Letters can be combined and values attached: `-qc3` is `-q -c 3`; `--count=3` is `--count 3`. Options may follow operands.");
        foreach (CommandSpec spec in specs) { page.Command(spec); }

        page.Common();
        return page._text.ToString().TrimEnd('\n') + "\n";
    }

    private void Command(CommandSpec spec)
    {
        Paragraph($"## {spec.Title}");
        Paragraph(Escape(spec.Summary));
        Code(spec.Usage);
        foreach (string paragraph in spec.Description) { Paragraph(Escape(paragraph)); }

        if (spec.Operands is { } operands) { Entries(operands); }

        foreach (OptionSection section in spec.Sections)
        {
            if (section.Entries.Any(entry => entry is OptionSpec)) { Options(section); }
            else { Entries(section); }
        }

        foreach (string note in spec.Notes) { Paragraph(Escape(note)); }

        if (spec.Variables.Count > 0) { Entries(new OptionSection("Environment", spec.Variables)); }

        Paragraph("### Examples");
        Code(spec.Examples.SelectMany(example => (string[])[$"# {example.Text}", example.Term]));
        Paragraph("### Exit codes");
        Table(["code", "meaning"], spec.ExitCodes.Select(exit => (string[])[$"{exit.Code:D}", exit.Meaning]));
    }

    private void Options(OptionSection section)
    {
        Paragraph($"### {section.Title}");
        Table(["option", "meaning", "values", "default"], section.Entries.Select(Row));
    }

    private static string[] Row(IHelpEntry entry) => entry is OptionSpec option
        ? [$"`{entry.Term.Trim()}`", option.Help, option.Values ?? "", option.DefaultText ?? ""]
        : [$"`{entry.Term}`", entry.Text, "", ""];

    private void Entries(OptionSection section)
    {
        Paragraph($"### {section.Title}");
        Table(["", "meaning"], section.Entries.Select(entry => (string[])[$"`{entry.Term}`", entry.Text]));
    }

    private void Common()
    {
        Paragraph("## Common to all commands");
        Table(["variable", "meaning"], Variables.Select(variable => (string[])[$"`{variable.Term}`", variable.Text]));
        Paragraph("Exit code 70 means a bug in punch: please report it. A command after `--` decides the exit code once it runs.");
        Paragraph(
            "Errors go to stderr as `punch: error: ...`, often followed by `punch: hint: ...`. [json.md](json.md) describes the output of `--json`.");
        Paragraph("`punch completion` prints a script for a shell. `dotnet-suggest` asks with `punch '[suggest:POSITION]' 'LINE'`.");
    }

    private void Table(string[] head, IEnumerable<string[]> rows)
    {
        Line(head);
        Line([.. head.Select(_ => "---")]);
        foreach (string[] row in rows) { Line([.. row.Select(Cell)]); }

        _text.Append('\n');
    }

    private static string Cell(string text) => text.StartsWith('`') || text.StartsWith('[') ? text.Replace("|", "\\|") : Escape(text);

    private void Line(string[] cells)
    {
        _text.Append('|');
        foreach (string cell in cells) { _text.Append(cell.Length == 0 ? " " : $" {cell} ").Append('|'); }

        _text.Append('\n');
    }

    private void Code(IEnumerable<string> lines) => _text.Append("```sh\n").AppendJoin('\n', lines).Append("\n```\n\n");

    private void Paragraph(string text) => _text.Append(text).Append("\n\n");

    private static string Escape(string text) => text.Replace("|", "\\|").Replace("<", "&lt;");

    private static string Anchor(CommandSpec spec) => spec.Title.Replace(' ', '-');
}
