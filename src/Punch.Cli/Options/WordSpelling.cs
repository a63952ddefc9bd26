namespace Punch.Cli.Options;

/// <summary>
/// Spells each option so that System.CommandLine reads it as getopt_long does. It looks at one word at a time: the library decides which
/// value belongs to which option, and what is an operand. Without this, the library reads <c>-c4</c> as <c>-c -4</c>, ends a name at a
/// colon (<c>-B::1</c>, <c>--bind:x</c>), lets <c>--count=</c> take the next word, and takes the rest of <c>-qx</c> and <c>--quiet=yes</c>
/// for operands.
/// </summary>
internal sealed class WordSpelling(CommandSpec spec)
{
    /// <summary>Marks where an attached value begins: <c>-qc4</c> becomes <c>-qc=4</c>.</summary>
    /// <param name="word">A word before any <c>--</c>.</param>
    /// <param name="spelled">The same for the library.</param>
    /// <returns>Null, or what is wrong with the word.</returns>
    public Failure? TrySpell(string word, out string spelled)
    {
        spelled = word;
        return word is ['-', '-', ..] ? CheckLong(word) : IsShort(word) ? SpellShort(word, out spelled) : null;
    }

    /// <summary>A negative number is no option: it is refused as a port, a count or a duration, with better words.</summary>
    private bool IsShort(string word) => word is ['-', var letter, ..] && (!char.IsAsciiDigit(letter) || spec.Find(word[..2]) is not null);

    private Failure? CheckLong(string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word : word[..equals];
        return spec.Find(name) is not { } option ? Unknown(name) : equals < 0 ? null : CheckValue(option, name, word[(equals + 1)..]);
    }

    private Failure? SpellShort(string word, out string spelled)
    {
        spelled = word;
        for (int i = 1; i < word.Length; i++)
        {
            string name = $"-{word[i]}";
            string rest = word[(i + 1)..];
            if (spec.Find(name) is not { } option) { return Unknown(name); }

            if (!option.TakesValue && rest is not ['=', ..]) { continue; }

            if (rest.Length == 0) { return null; }

            string value = rest is ['=', ..] ? rest[1..] : rest;
            spelled = $"{word[..(i + 1)]}={value}";
            return CheckValue(option, name, value);
        }

        return null;
    }

    private static Failure? CheckValue(OptionSpec option, string name, string value) =>
        !option.TakesValue ? Failure.Usage($"option '{name}' takes no value")
        : value.Length == 0 ? Missing(option, name)
        : null;

    /// <summary>The words about an option without its value.</summary>
    public static Failure Missing(OptionSpec option, string name) =>
        Failure.Usage($"option '{name}' needs a value: {name} <{option.ValueName}>");

    // What ping, nc and ssh call otherwise.
    private static Failure Unknown(string name) => Failure.Usage($"unknown option '{name}'", name switch
    {
        "-n" => "addresses are printed as numbers anyway",
        "-W" or "-t" or "--timeout" => "-w <time> sets the end, -c <n> the number of replies",
        "-I" => "-B <address> chooses the local address",
        "-f" => "-i 0 floods",
        "-u" or "-l" => "--pipe sends standard input, as 'nc -u' does",
        "-L" or "-R" or "-D" => "a command after '--' gets the path; punch forwards no ports itself",
        _ => null,
    });
}
