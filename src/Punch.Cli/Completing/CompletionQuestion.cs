using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Punch.Cli.Options;
using Punch.Cli.Output;

namespace Punch.Cli.Completing;

/// <summary>
/// A shell's question. The scripts of <see cref="ShellScript"/> ask <c>punch '[complete]' WORD...</c>, the last word being the one that is
/// typed. The answer is a line for each candidate, a tab before its meaning; a line <c>:files</c>, <c>:hosts</c> or <c>:commands</c> wants
/// those of the shell, too. dotnet-suggest asks <c>punch '[suggest:POSITION]' 'punch ho --j'</c>, the directive of System.CommandLine, and
/// gets the candidates alone. That position counts from the start of the line, or from after the program's name where it lies within it.
/// </summary>
internal sealed class CompletionQuestion
{
    private const string Program = "punch ";

    private readonly IReadOnlyList<string> _words;
    private readonly bool _wantsMeanings;

    private CompletionQuestion(IReadOnlyList<string> words, bool wantsMeanings)
    {
        _words = words;
        _wantsMeanings = wantsMeanings;
    }

    /// <summary>Reads the question; false when this is another command line.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out CompletionQuestion? question)
    {
        question = arguments.ToArray() switch
        {
            ["[complete]"] => new CompletionQuestion([""], wantsMeanings: true),
            ["[complete]", .. var words] => new CompletionQuestion(words, wantsMeanings: true),
            [['[', 's', 'u', 'g', 'g', 'e', 's', 't', .. string rest, ']'], ..] => Suggest(rest, arguments.ElementAtOrDefault(1) ?? ""),
            _ => null,
        };
        return question is not null;
    }

    /// <summary>Prints the answer.</summary>
    /// <param name="specs">All commands.</param>
    /// <param name="output">Where to.</param>
    public ExitCode Print(IReadOnlyList<CommandSpec> specs, IByteSink output)
    {
        var completer = new Completer(specs, _words);
        var line = new LineBuffer();
        foreach ((string word, string meaning) in completer.Candidates)
        {
            line.Append(word);
            if (_wantsMeanings && meaning.Length > 0) { line.Append("\t").Append(meaning); }

            line.Flush(output);
        }

        bool wantsOthers = _wantsMeanings && completer.Others != Completes.Nothing;
        if (wantsOthers) { line.Append(":").Append($"{completer.Others}".ToLowerInvariant()).Flush(output); }

        return ExitCode.Success;
    }

    private static CompletionQuestion? Suggest(string rest, string line)
    {
        int position = line.Length;
        bool isPlain = rest.Length == 0;
        bool isNumbered = rest is [':', .. string digits]
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out position);
        if (!isPlain && !isNumbered) { return null; }

        if (line.StartsWith(Program, StringComparison.Ordinal))
        {
            line = line[Program.Length..];
            position = position < Program.Length ? position : position - Program.Length;
        }

        position = Math.Clamp(position, 0, line.Length);
        int end = line.IndexOf(' ', position);
        string[] words = (end < 0 ? line : line[..end]).Split(' ');
        return new CompletionQuestion([.. words[..^1].Where(word => word.Length > 0), words[^1]], wantsMeanings: false);
    }
}
