using Punch.Cli.Options;

namespace Punch.Cli.Completing;

/// <summary>A word that fits, and what it means.</summary>
/// <param name="Word">The whole word.</param>
/// <param name="Meaning">One line; empty where there is nothing to say.</param>
internal readonly record struct CompletionCandidate(string Word, string Meaning);

/// <summary>Finds what fits at the end of a command line, in the tables of the commands.</summary>
internal sealed class Completer
{
    private readonly IReadOnlyList<CommandSpec> _specs;
    private readonly string _typed;
    private readonly List<CompletionCandidate> _candidates = [];

    /// <summary>Completes the last word.</summary>
    /// <param name="specs">All commands, the one without a name first.</param>
    /// <param name="words">The words after <c>punch</c>; the last one is typed at the moment, and may be empty.</param>
    public Completer(IReadOnlyList<CommandSpec> specs, IReadOnlyList<string> words)
    {
        _specs = specs;
        _typed = words[^1];
        string[] before = [.. words.SkipLast(1)];
        switch (before)
        {
            case []:
                if (!IsOption) { AddCommands([.. CommandWords, Help, Version]); }

                Complete(specs[0], before);
                break;
            case ["help"]:
                AddCommands(CommandWords);
                break;
            case [var word, .. var rest] when specs.FirstOrDefault(spec => spec.Name?.Word == word) is { } spec:
                Complete(spec, rest);
                break;
            default:
                Complete(specs[0], before);
                break;
        }
    }

    /// <summary>The words that begin with what is typed.</summary>
    public IReadOnlyList<CompletionCandidate> Candidates => _candidates;

    /// <summary>What the shell knows better.</summary>
    public Completes Others { get; private set; }

    private static CompletionCandidate Help => new("help", "Print the help of a command");

    private static CompletionCandidate Version => new("version", CommonOptions.Version.Help);

    private IEnumerable<CompletionCandidate> CommandWords =>
        _specs.Select(spec => spec.Name).OfType<CommandName>().Select(name => new CompletionCandidate(name.Word, name.Summary));

    private bool IsOption => _typed.StartsWith('-');

    private void AddCommands(IEnumerable<CompletionCandidate> commands)
    {
        foreach (CompletionCandidate command in commands) { Add(command); }
    }

    private void Complete(CommandSpec spec, IReadOnlyList<string> before)
    {
        var line = new PartialLine(spec, before);
        int equals = _typed.IndexOf('=', StringComparison.Ordinal);
        if (line.TailWords is { } count) { Others = count == 0 ? Completes.Commands : Completes.Files; }
        else if (line.Pending is { } option) { AddValues(option, prefix: ""); }
        else if (line.AcceptsOptions && equals > 0 && spec.Find(_typed[..equals]) is { TakesValue: true } attached)
        {
            AddValues(attached, _typed[..(equals + 1)]);
        }
        else if (line.AcceptsOptions && IsOption) { AddOptions(spec, line); }
        else { AddOperands(spec, line); }
    }

    private void AddValues(OptionSpec option, string prefix)
    {
        foreach (string word in option.Words) { Add(new CompletionCandidate(prefix + word, "")); }

        Others = option.Completes;
    }

    private void AddOptions(CommandSpec spec, PartialLine line)
    {
        foreach (OptionSpec option in spec.Options.Where(line.MayTake))
        {
            if (option.Letter is { } letter) { Add(new CompletionCandidate(letter, option.Help)); }

            Add(new CompletionCandidate(option.Name, option.Help));
        }
    }

    // Where no operand can come, an empty word is answered with the options.
    private void AddOperands(CommandSpec spec, PartialLine line)
    {
        if (line.Operands >= spec.OperandPlaces.Count)
        {
            if (line.AcceptsOptions && _typed.Length == 0) { AddOptions(spec, line); }

            return;
        }

        foreach (string word in spec.OperandWords) { Add(new CompletionCandidate(word, spec.MeaningOf(word))); }

        Others = spec.OperandPlaces[line.Operands];
    }

    private void Add(CompletionCandidate candidate)
    {
        if (candidate.Word.StartsWith(_typed, StringComparison.Ordinal)) { _candidates.Add(candidate); }
    }
}
