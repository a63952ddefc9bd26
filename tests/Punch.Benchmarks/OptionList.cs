using System.Globalization;

namespace Punch.Benchmarks;

/// <summary>The words and the options of a benchmark's command line: <c>word --name value</c>.</summary>
internal sealed class OptionList
{
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _words = [];

    /// <summary>Reads a command line.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="words">The known words. All of those that are no default are wanted only if they are named.</param>
    /// <param name="usage">The text that names every option as <c>--name VALUE</c>.</param>
    /// <exception cref="ArgumentException">A word or option is unknown or has no value. The message has the usage.</exception>
    public OptionList(string[] arguments, IReadOnlyList<string> words, string usage)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (words.Contains(argument)) { _words.Add(argument); }
            else if (IsOption(argument, usage) && i + 1 < arguments.Length) { _values[argument[2..]] = arguments[++i]; }
            else { throw new ArgumentException($"no such option, or no value: {argument}\n{usage}"); }
        }
    }

    /// <summary>Whether a word was given, or none at all and this one is a default.</summary>
    public bool Has(string word, bool isDefault) => _words.Count == 0 ? isDefault : _words.Contains(word);

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public string[] List(string name, string usual) => (Text(name) ?? usual).Split(',');

    public double Number(string name, double usual) => Quantity.Parse(Text(name) ?? usual.ToString(CultureInfo.InvariantCulture));

    private static bool IsOption(string argument, string usage) =>
        argument.StartsWith("--", StringComparison.Ordinal) && usage.Contains($"{argument} ", StringComparison.Ordinal);
}
