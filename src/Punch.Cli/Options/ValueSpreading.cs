namespace Punch.Cli.Options;

/// <summary>
/// Gives each value its option: <c>--send a b</c> becomes <c>--send a --send b</c>, and an option without its value gets one. The library
/// knows neither of both without taking operands, too.
/// </summary>
internal static class ValueSpreading
{
    /// <summary>Spells a command line so that one value follows each option that takes one.</summary>
    public static IEnumerable<string> Spread(CommandSpec spec, IEnumerable<string> words)
    {
        OptionSpec? open = null;
        bool isFirst = false;
        foreach (string word in words)
        {
            bool isValue = open is not null && word is not ['-', _, ..] && open.IsValue(word);
            if (isValue)
            {
                if (!isFirst) { yield return open!.Name; }

                yield return word;
                isFirst = false;
                if (open!.Spread == Options.Spread.Optional) { open = null; }

                continue;
            }

            if (open is { Spread: Options.Spread.Optional } bare) { yield return bare.BareValue; }

            yield return word;
            open = spec.Find(word) is { Spread: not Options.Spread.One } option ? option : null;
            isFirst = true;
        }

        if (open is { Spread: Options.Spread.Optional } last) { yield return last.BareValue; }
    }
}
