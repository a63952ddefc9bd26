using Punch.Cli.Options;

namespace Punch.Cli.Completing;

/// <summary>The words before the one that is typed; what is wrong among them is passed over, since the user may still correct it.</summary>
internal sealed class PartialLine
{
    private readonly CommandSpec _spec;
    private readonly HashSet<OptionSpec> _given = [];

    /// <summary>Reads the words after the name of the command.</summary>
    public PartialLine(CommandSpec spec, IReadOnlyList<string> words)
    {
        _spec = spec;
        foreach (string word in words) { Read(word); }
    }

    /// <summary>The option whose value comes next; null where none does.</summary>
    public OptionSpec? Pending { get; private set; }

    /// <summary>How many words are no options.</summary>
    public int Operands { get; private set; }

    /// <summary>Whether an option can come next.</summary>
    public bool AcceptsOptions { get; private set; } = true;

    /// <summary>How many words of another command there are after the dashes; null where there is no such command.</summary>
    public int? TailWords { get; private set; }

    /// <summary>Whether an option can be given, or given once more.</summary>
    public bool MayTake(OptionSpec option) => option.Occurrence == Occurrence.Many || !_given.Contains(option);

    private void Read(string word)
    {
        if (TailWords is { } count) { TailWords = count + 1; }
        else if (Pending is not null) { Pending = null; }
        else if (word == "--") { ReadDashes(); }
        else if (AcceptsOptions && word is ['-', _, ..]) { ReadOption(word); }
        else { Operands++; }
    }

    private void ReadDashes()
    {
        bool isCommand = _spec.AfterDashes == AfterDashes.Command || (_spec.AfterDashes == AfterDashes.CommandAfterOperand && Operands > 0);
        if (isCommand) { TailWords = 0; }

        AcceptsOptions = false;
    }

    private void ReadOption(string word)
    {
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            string name = word.Split('=')[0];
            Give(name, isLast: name == word);
            return;
        }

        // Letters stand together; the first that takes a value takes the rest of the word.
        for (int i = 1; i < word.Length; i++)
        {
            if (Give($"-{word[i]}", isLast: i == word.Length - 1) is not { TakesValue: false }) { return; }
        }
    }

    private OptionSpec? Give(string name, bool isLast)
    {
        if (_spec.Find(name) is not { } option) { return null; }

        _given.Add(option);
        if (isLast && option.TakesValue) { Pending = option; }

        return option;
    }
}
