using System.Text;
using Punch.Cli.Options;

namespace Punch.Tests.Cli;

/// <summary>
/// Writes the manual pages from the tables of the commands, in the language of man(7). <c>punch completion</c> has no page of its own: it
/// stands in that of <c>punch</c>.
/// </summary>
internal sealed class ManPage
{
    // Of the last change of the layout: a date of the build would differ from build to build.
    private const string Date = "2026-11-30";

    private const int Width = 76;

    private readonly StringBuilder _text = new();

    private ManPage() { }

    /// <summary>The file's name, such as <c>punch-meet.1</c>.</summary>
    public static string NameOf(CommandSpec spec) => $"{spec.Title.Replace(' ', '-')}.{SectionOf(spec)}";

    /// <summary>The commands with a page of their own.</summary>
    public static IEnumerable<CommandSpec> Of(IReadOnlyList<CommandSpec> specs) => specs.Where(spec => spec.Name != CommandName.Completion);

    /// <summary>The whole page.</summary>
    public static string Of(CommandSpec spec, IReadOnlyList<CommandSpec> specs, string version)
    {
        var page = new ManPage();
        page.Head(spec, version);
        page.Usage(spec);
        page.Description(spec);
        if (spec.Name is null) { page.Commands(specs); }

        if (spec.Operands is { } operands) { page.Entries(operands); }

        page.Sections(spec);
        page.Environment(spec);
        page.Exits(spec);
        page.Examples(spec);
        if (spec.Name is null) { page.Completion(specs.Single(other => other.Name == CommandName.Completion)); }

        if (spec.Name == CommandName.Serve) { page.Files(); }

        page.SeeAlso(spec, specs);
        return page._text.ToString();
    }

    private static int SectionOf(CommandSpec spec) => spec.Name == CommandName.Serve ? 8 : 1;

    private static string Reference(CommandSpec spec) => $@"\fB{Escape(spec.Title.Replace(' ', '-'))}\fR({SectionOf(spec)})";

    private void Head(CommandSpec spec, string version)
    {
        string title = spec.Title.Replace(' ', '-');
        string summary = spec.Name?.Summary ?? "Open a direct UDP path between two machines and prove it";
        string volume = SectionOf(spec) == 8 ? "System Administration" : "User Commands";
        Line(@".\"" Made from the tables of the program: do not edit it.");
        Line($".TH {title.ToUpperInvariant()} {SectionOf(spec)} {Date} \"punch {version}\" \"{volume}\"");
        Line(".SH NAME");
        Line($@"{Escape(title)} \- {Escape(char.ToLowerInvariant(summary[0]) + summary[1..])}");
    }

    private void Usage(CommandSpec spec)
    {
        Line(".SH SYNOPSIS");
        Line(".nf");
        foreach (string usage in spec.Usage) { Line(Term(usage)); }

        Line(".fi");
    }

    private void Description(CommandSpec spec)
    {
        Line(".SH DESCRIPTION");
        Paragraphs([spec.Summary, .. spec.Description]);
    }

    private void Commands(IReadOnlyList<CommandSpec> specs)
    {
        Line(".SH COMMANDS");
        foreach (CommandSpec spec in specs.Where(spec => spec.Name is not null))
        {
            string where = spec.Name == CommandName.Completion ? "See COMPLETION below." : $"See {Reference(spec)}.";
            Entry(Term(spec.Name!.Term), Sentence(spec.Summary));
            Line(where);
        }
    }

    // Options are subsections of one section; a list of something else is a section.
    private void Sections(CommandSpec spec)
    {
        foreach (OptionSection section in spec.Sections.Where(section => !HasOptions(section))) { Entries(section); }

        Line(".SH OPTIONS");
        foreach (OptionSection section in spec.Sections.Where(HasOptions))
        {
            Line($".SS {Escape(section.Title)}");
            foreach (IHelpEntry entry in section.Entries) { Entry(Term(entry.Term.Trim()), Meaning(entry)); }
        }

        if (spec.Notes.Count == 0) { return; }

        Line(".SS Notes");
        Paragraphs(spec.Notes);
    }

    private static bool HasOptions(OptionSection section) => section.Entries.Any(entry => entry is OptionSpec);

    private static string Meaning(IHelpEntry entry)
    {
        if (entry is not OptionSpec option) { return Sentence(entry.Text); }

        string values = option.Values is { } words ? $" Values: {words}." : "";
        string byDefault = option.DefaultText is { } text ? $" Default: {text}." : "";
        return Sentence(option.Help) + values + byDefault;
    }

    private void Entries(OptionSection section)
    {
        Line($".SH {Escape(section.Title.ToUpperInvariant())}");
        foreach (IHelpEntry entry in section.Entries) { Entry(Term(entry.Term), Sentence(entry.Text)); }
    }

    private void Environment(CommandSpec spec)
    {
        HelpEntry[] variables = [.. spec.Variables, .. spec.Name is null ? ReferencePage.Variables : []];
        if (variables.Length > 0) { Entries(new OptionSection("Environment", variables)); }
    }

    private void Exits(CommandSpec spec)
    {
        Line(".SH EXIT STATUS");
        foreach (ExitMeaning exit in spec.ExitCodes) { Entry($@"\fB{exit.Code:D}\fR", Sentence(exit.Meaning)); }
    }

    private void Examples(CommandSpec spec)
    {
        Line(".SH EXAMPLES");
        ExampleLines(spec);
    }

    private void ExampleLines(CommandSpec spec)
    {
        foreach (HelpEntry example in spec.Examples)
        {
            Entry(Wrapped(example.Text), null);
            Line(".nf");
            Line($@"\fB{Escape(example.Term)}\fR");
            Line(".fi");
        }
    }

    private void Completion(CommandSpec spec)
    {
        Line(".SH COMPLETION");
        Paragraphs([spec.Summary]);
        ExampleLines(spec);
    }

    private void Files()
    {
        Line(".SH FILES");
        Entry(@"\fI/etc/default/punch\fR", "The options of the service of the Debian package, in PUNCH_SERVE_OPTIONS.");
        Entry(@"\fBpunch.service\fR", "That service. It is off until 'systemctl enable --now punch' turns it on.");
    }

    private void SeeAlso(CommandSpec spec, IReadOnlyList<CommandSpec> specs)
    {
        Line(".SH SEE ALSO");
        Line(string.Join(",\n", Of(specs).Where(other => other != spec).Select(Reference)));
    }

    private void Paragraphs(IReadOnlyList<string> paragraphs)
    {
        for (int i = 0; i < paragraphs.Count; i++)
        {
            if (i > 0) { Line(".PP"); }

            Line(Wrapped(paragraphs[i]));
        }
    }

    private void Entry(string term, string? text)
    {
        Line(".TP");
        Line(term);
        if (text is not null) { Line(Wrapped(text)); }
    }

    /// <summary>What is typed is bold, what a user chooses is in italics.</summary>
    private static string Term(string term)
    {
        var text = new StringBuilder(@"\fB");
        foreach (char letter in term)
        {
            _ = letter switch
            {
                '<' => text.Append(@"\fI"),
                '>' => text.Append(@"\fB"),
                '[' or ']' or '|' or ',' => text.Append(@"\fR").Append(letter).Append(@"\fB"),
                _ => text.Append(Escape($"{letter}")),
            };
        }

        return text.Append(@"\fR").Replace(@"\fB\fR", @"\fR").Replace(@"\fB\fI", @"\fI").ToString();
    }

    private static string Sentence(string text) => (text.EndsWith('.') ? text : text + ".").Replace("`", "");

    private static string Wrapped(string text)
    {
        var lines = new List<string>();
        foreach (string word in text.Split(' ').Select(Escape))
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= Width) { lines[^1] += " " + word; }
            else { lines.Add(word); }
        }

        // A dot or a quote at the start of a line would be a request.
        return string.Join('\n', lines.Select(line => line[0] is '.' or '\'' ? @"\&" + line : line));
    }

    private static string Escape(string text) => text.Replace(@"\", @"\e").Replace("-", @"\-").Replace("'", @"\(aq");

    private void Line(string line) => _text.Append(line).Append('\n');
}
