using System.CommandLine;
using System.CommandLine.Parsing;
using Punch.Net.Resolving;

namespace Punch.Cli.Parsing;

/// <summary>
/// Reads options by the rules that all commands share: of an option that may be given once, twice is refused, since which one was meant is
/// anybody's guess; and the words about a wrong value name the option and the value.
/// </summary>
internal static class OptionReader
{
    // Values are collected as they come, so that the words about a wrong or doubled one are ours.

    /// <summary>Declares an option with a value.</summary>
    public static Option<string[]> Value(string name, params string[] aliases) => new(name, aliases) { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares an option without a value.</summary>
    public static Option<bool> Flag(string name, params string[] aliases) => new(name, aliases) { Arity = ArgumentArity.Zero };

    /// <summary>How often an option was given.</summary>
    public static int Times(this ParseResult result, Option option) => result.GetResult(option)?.IdentifierTokenCount ?? 0;

    /// <summary>Whether an option was given.</summary>
    public static bool Has(this ParseResult result, Option option) => result.Times(option) > 0;

    /// <summary>All values of an option that may be given several times.</summary>
    public static IEnumerable<string> All(this ParseResult result, Option<string[]> option) =>
        result.GetResult(option)?.Tokens.Select(token => token.Value) ?? [];

    /// <summary>The value of an option; null when it was not given.</summary>
    public static string? Single(this ParseResult result, Option<string[]> option)
    {
        IReadOnlyList<Token> values = result.GetResult(option)?.Tokens ?? [];
        return values.Count switch
        {
            0 => null,
            1 => values[0].Value,
            _ => throw Refuse($"option '{option.Name}' was given twice"),
        };
    }

    /// <summary>A whole number in a range; null when the option was not given.</summary>
    public static long? Number(this ParseResult result, Option<string[]> option, string noun, long min, long max)
    {
        if (result.Single(option) is not { } text) { return null; }

        string? problem = NumberText.Parse(text, noun, min, max, out long value);
        return problem is null ? value : throw Refuse($"{option.Name} '{text}' {problem}");
    }

    /// <summary>A duration; null when the option was not given.</summary>
    public static TimeSpan? Duration(this ParseResult result, Option<string[]> option, bool canBeZero)
    {
        if (result.Single(option) is not { } text) { return null; }

        string? problem = DurationText.Parse(text, out TimeSpan value);
        if (problem is null && value == TimeSpan.Zero && !canBeZero) { problem = "leaves no time"; }

        return problem is null ? value : throw Refuse($"{option.Name} '{text}' {problem}");
    }

    /// <summary><c>-4</c> and <c>-6</c>.</summary>
    public static AddressFamilies Families(this ParseResult result, Option v4, Option v6) => (result.Has(v4), result.Has(v6)) switch
    {
        (true, true) => throw Refuse("-4 and -6 exclude each other"),
        (true, false) => AddressFamilies.V4,
        (false, true) => AddressFamilies.V6,
        (false, false) => AddressFamilies.Any,
    };

    private static FailureException Refuse(string message) => new(Failure.Usage(message));
}
