using System.CommandLine;
using System.CommandLine.Parsing;

namespace Punch.Cli.Options;

/// <summary>A command line, parsed by System.CommandLine over the table of a command.</summary>
internal sealed class CommandLine
{
    private readonly CommandSpec _spec;
    private readonly CommandTree _tree;
    private readonly ParseResult _result;
    private readonly List<string> _operands;

    /// <summary>Parses a command line.</summary>
    /// <param name="spec">The command.</param>
    /// <param name="arguments">What follows its name.</param>
    public CommandLine(CommandSpec spec, IReadOnlyList<string> arguments)
    {
        _spec = spec;
        _tree = new CommandTree(spec);
        string[] words = [.. arguments.TakeWhile(argument => argument != "--")];

        // The library drops a first word that is the command's own name: it gets one to drop.
        _result = _tree.Command.Parse([_tree.Command.Name, .. Spell(words)], new ParserConfiguration { ResponseFileTokenReplacer = null });
        Failure ??= CheckValues();

        // The library knows a first word in brackets as a directive; here it is an IPv6 address.
        IEnumerable<Token> directives = _result.Tokens.Where(token => token.Type == TokenType.Directive);
        _operands = [.. directives.Concat(_result.GetResult(_tree.Operands)?.Tokens ?? []).Select(token => token.Value)];
        OperandsBeforeDashes = _operands.Count;
        if (words.Length < arguments.Count) { ReadAfterDashes([.. arguments.Skip(words.Length + 1)]); }
    }

    /// <summary>The first thing that is wrong; what is right is read all the same, so that <c>--help</c> and <c>--json</c> count.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>The words that are no options.</summary>
    public IReadOnlyList<string> Operands => _operands;

    /// <summary>How many of <see cref="Operands"/> came before a <c>--</c>: only those can be names of commands.</summary>
    public int OperandsBeforeDashes { get; }

    /// <summary>The words of another command, which may be none, when the command line has a place for one; null when it has not.</summary>
    public IReadOnlyList<string>? TailCommand { get; private set; }

    /// <summary>How often an option was given.</summary>
    public int Times(OptionSpec option) => Find(option)?.IdentifierTokenCount ?? 0;

    /// <summary>Whether an option was given.</summary>
    public bool Has(OptionSpec option) => Times(option) > 0;

    /// <summary>The value of an option, or else its default.</summary>
    /// <exception cref="FailureException">The value is wrong.</exception>
    public T? Get<T>(ValueOption<T> option) => Has(option) ? Read(option) : option.Default;

    /// <summary>The value of an option; null when it was not given.</summary>
    /// <exception cref="FailureException">The value is wrong.</exception>
    public T? Find<T>(ValueOption<T> option)
        where T : struct => Has(option) ? Read(option) : null;

    /// <summary>All values of an option that may be given several times.</summary>
    /// <exception cref="FailureException">One is wrong.</exception>
    public IReadOnlyList<T> All<T>(ValueOption<T> option) => [.. Texts(option).Select(option.Parse)];

    private T Read<T>(ValueOption<T> option) => option.Parse(Texts(option)[0]);

    private IReadOnlyList<string> Texts(OptionSpec option) => [.. Find(option)?.Tokens.Select(token => token.Value) ?? []];

    private OptionResult? Find(OptionSpec option) => _tree.Find(option) is { } symbol ? _result.GetResult(symbol) : null;

    private IEnumerable<string> Spell(string[] words)
    {
        var spelling = new WordSpelling(_spec);
        foreach (string word in ValueSpreading.Spread(_spec, words))
        {
            Failure? failure = spelling.TrySpell(word, out string spelled);
            Failure ??= failure;
            if (failure is null) { yield return spelled; }
        }
    }

    private Failure? CheckValues()
    {
        foreach (OptionSpec option in _spec.Options.Where(option => option.TakesValue))
        {
            if (Find(option) is not { } found) { continue; }

            if (found.IdentifierTokenCount > found.Tokens.Count)
            {
                return WordSpelling.Missing(option, found.IdentifierToken?.Value ?? option.Name);
            }

            bool isDoubled = option.Occurrence == Occurrence.Once && found.Tokens.Count > 1;
            if (isDoubled) { return Failure.Usage($"option '{option.Name}' is given twice"); }
        }

        return null;
    }

    private void ReadAfterDashes(string[] words)
    {
        bool isCommand = _spec.AfterDashes == AfterDashes.Command
            || (_spec.AfterDashes == AfterDashes.CommandAfterOperand && _operands.Count > 0);
        if (isCommand)
        {
            TailCommand = words;
            return;
        }

        int dashes = _spec.AfterDashes == AfterDashes.CommandAfterOperand ? words.TakeWhile(word => word != "--").Count() : words.Length;
        _operands.AddRange(words[..dashes]);
        if (dashes < words.Length) { TailCommand = words[(dashes + 1)..]; }
    }
}
