namespace Punch.Cli.Options;

/// <summary>What stands after <c>--</c>.</summary>
internal enum AfterDashes
{
    /// <summary>Further operands.</summary>
    Operands,

    /// <summary>Another command, where an operand stands before; else operands, and after a second <c>--</c> another command.</summary>
    CommandAfterOperand,

    /// <summary>Another command.</summary>
    Command,
}

/// <summary>Options that belong together.</summary>
/// <param name="Title">What they are about.</param>
/// <param name="Entries">The options, and what else has its place among them.</param>
internal sealed record OptionSection(string Title, params IReadOnlyList<IHelpEntry> Entries);

/// <summary>An exit code of a command.</summary>
/// <param name="Code">The code.</param>
/// <param name="Meaning">When the command ends with it.</param>
internal sealed record ExitMeaning(ExitCode Code, string Meaning);

/// <summary>
/// A command as a user sees it: the table that parsing, <c>--help</c>, completion and docs/reference.md come from. Nothing else in the
/// program describes the command line of a command.
/// </summary>
internal sealed class CommandSpec
{
    /// <summary>The word that names it; null for <c>punch remote-host</c>.</summary>
    public CommandName? Name { get; init; }

    /// <summary>What it does, in a sentence or two.</summary>
    public required string Summary { get; init; }

    /// <summary>The forms of its command line.</summary>
    public required IReadOnlyList<string> Usage { get; init; }

    /// <summary>How it is used: a paragraph each.</summary>
    public IReadOnlyList<string> Description { get; init; } = [];

    /// <summary>The words that are no options.</summary>
    public OptionSection? Operands { get; init; }

    /// <summary>The words a shell may complete an operand with.</summary>
    public IReadOnlyList<string> OperandWords { get; init; } = [];

    /// <summary>What else a shell completes each operand with; as many entries as there may be operands.</summary>
    public IReadOnlyList<Completes> OperandPlaces { get; init; } = [];

    /// <summary>What stands after <c>--</c>.</summary>
    public AfterDashes AfterDashes { get; init; } = AfterDashes.Operands;

    /// <summary>The options.</summary>
    public required IReadOnlyList<OptionSection> Sections { get; init; }

    /// <summary>The variables of the environment that it reads.</summary>
    public IReadOnlyList<HelpEntry> Variables { get; init; } = [];

    /// <summary>What holds for several options: a paragraph each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Command lines that work, and what they do.</summary>
    public required IReadOnlyList<HelpEntry> Examples { get; init; }

    /// <summary>The exit codes.</summary>
    public required IReadOnlyList<ExitMeaning> ExitCodes { get; init; }

    /// <summary>What is typed to run it, without options.</summary>
    public string Title => Name is null ? "punch" : $"punch {Name.Word}";

    /// <summary>All its options.</summary>
    public IEnumerable<OptionSpec> Options => Sections.SelectMany(section => section.Entries).OfType<OptionSpec>();

    /// <summary>What the table says about a word that stands among the options; empty where it says nothing.</summary>
    public string MeaningOf(string word) =>
        Sections.SelectMany(section => section.Entries).OfType<HelpEntry>().FirstOrDefault(entry => entry.Term == word)?.Text ?? "";

    /// <summary>The option of a name, short or long; null where there is none.</summary>
    public OptionSpec? Find(string name) => Options.FirstOrDefault(option => option.IsCalled(name));
}
