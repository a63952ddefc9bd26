using System.CommandLine;

namespace Punch.Cli.Options;

/// <summary>How often an option may stand on a command line.</summary>
internal enum Occurrence
{
    /// <summary>Once: of two values it is unclear which one was meant.</summary>
    Once,

    /// <summary>As often as one likes.</summary>
    Many,
}

/// <summary>How many words may follow an option as its values.</summary>
internal enum Spread
{
    /// <summary>One.</summary>
    One,

    /// <summary>All up to the next option, as a shell expands a pattern.</summary>
    Many,

    /// <summary>One, or none.</summary>
    Optional,
}

/// <summary>An option of a command: its row in the table that parsing, help, completion and docs/reference.md come from.</summary>
internal abstract class OptionSpec : IHelpEntry
{
    /// <summary>The long name with its dashes; a single letter with one dash where there is no long name.</summary>
    public required string Name { get; init; }

    /// <summary>The short form, such as <c>-c</c>; null where there is none.</summary>
    public string? Letter { get; init; }

    /// <summary>What it does, in plain words.</summary>
    public required string Help { get; init; }

    /// <summary>How often it may be given.</summary>
    public Occurrence Occurrence { get; init; } = Occurrence.Once;

    /// <summary>How many words may follow it.</summary>
    public Spread Spread { get; init; }

    /// <summary>Whether a word that is no option is a value of it, and not an operand. Only asked where there may be none.</summary>
    public Func<string, bool> IsValue { get; init; } = _ => true;

    /// <summary>The value that stands for none.</summary>
    public string BareValue { get; init; } = "";

    /// <summary>What the value is called in the help; null for a flag.</summary>
    public abstract string? ValueName { get; }

    /// <summary>The values it takes, in words; null for a flag.</summary>
    public abstract string? Values { get; }

    /// <summary>What holds when the option is not given, in words; null where that goes without saying.</summary>
    public string? DefaultText { get; init; }

    /// <summary>The words a shell may complete the value with.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What else a shell completes the value with.</summary>
    public Completes Completes { get; init; }

    /// <summary>Whether a value follows.</summary>
    public bool TakesValue => ValueName is not null;

    /// <inheritdoc/>
    string IHelpEntry.Term
    {
        get
        {
            bool hasLetterAlone = Letter is null && Name.Length == 2;
            string names = Letter is not null ? $"{Letter}, {Name}" : hasLetterAlone ? Name : $"    {Name}";
            return (TakesValue, Spread) switch
            {
                (false, _) => names,
                (_, Spread.Many) => $"{names} <{ValueName}>...",
                (_, Spread.Optional) => $"{names} [<{ValueName}>]",
                _ => $"{names} <{ValueName}>",
            };
        }
    }

    /// <inheritdoc/>
    string IHelpEntry.Text => DefaultText is null ? Help : $"{Help} [default: {DefaultText}]";

    /// <summary>Whether it goes by this name.</summary>
    public bool IsCalled(string name) => name == Name || name == Letter;

    /// <summary>The same for System.CommandLine. Values stay text, any number of them: the words about a wrong one are ours.</summary>
    public Option Declare()
    {
        string[] aliases = Letter is null ? [] : [Letter];
        return TakesValue
            ? new Option<string[]>(Name, aliases) { Arity = ArgumentArity.ZeroOrMore }
            : new Option<bool>(Name, aliases) { Arity = ArgumentArity.Zero };
    }
}

/// <summary>An option without a value.</summary>
internal sealed class FlagOption : OptionSpec
{
    /// <summary>A flag may be repeated: <c>-vv</c> counts, and to the others it means nothing new.</summary>
    public FlagOption() => Occurrence = Occurrence.Many;

    /// <inheritdoc/>
    public override string? ValueName => null;

    /// <inheritdoc/>
    public override string? Values => null;
}

/// <summary>An option with a value.</summary>
/// <param name="valueName">What the value is called in the help.</param>
/// <param name="kind">What it may be.</param>
internal sealed class ValueOption<T>(string valueName, ValueKind<T> kind) : OptionSpec
{
    /// <inheritdoc/>
    public override string ValueName => valueName;

    /// <inheritdoc/>
    public override string Values => kind.Values;

    /// <summary>The value of an option that is not given.</summary>
    public T? Default { get; init; }

    /// <summary>Reads a value.</summary>
    /// <exception cref="FailureException">It is none.</exception>
    public T Parse(string text) => kind.Parse(Name, text);
}
