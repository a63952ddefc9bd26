using System.CommandLine;
using System.CommandLine.Completions;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Punch.Cli.Output;

namespace Punch.Cli;

/// <summary>
/// A shell's question <c>punch '[suggest:POSITION]' 'punch ho --j'</c>: the directive of System.CommandLine, answered by its engine. The
/// position counts from the start of the line; one within the program's own name, where nothing can be completed, counts from after it.
/// </summary>
internal sealed class Completion
{
    private const string Program = "punch ";

    private readonly string _line;
    private readonly int _position;

    private Completion(string line, int position)
    {
        _line = line;
        _position = position;
    }

    /// <summary>Reads the question; false when this is another command line.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out Completion? completion)
    {
        completion = null;
        if (arguments.Count == 0 || arguments[0] is not ['[', 's', 'u', 'g', 'g', 'e', 's', 't', .. string rest, ']']) { return false; }

        string line = arguments.Count > 1 ? arguments[1] : "";
        int position = line.Length;
        bool isPlain = rest.Length == 0;
        bool isNumbered = rest is [':', .. string digits]
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out position);
        if (!isPlain && !isNumbered) { return false; }

        if (line.StartsWith(Program, StringComparison.Ordinal))
        {
            line = line[Program.Length..];
            position = position < Program.Length ? position : position - Program.Length;
        }

        completion = new Completion(line, Math.Clamp(position, 0, line.Length));
        return true;
    }

    /// <summary>Prints one candidate a line.</summary>
    /// <param name="command">The options of <c>punch remote-host</c>, with the other commands below it.</param>
    /// <param name="output">Where to.</param>
    public ExitCode Print(Command command, IByteSink output)
    {
        var line = new LineBuffer();
        foreach (CompletionItem item in command.Parse(_line).GetCompletions(_position).Where(item => Begins(item.Label)))
        {
            line.Append(item.Label).Flush(output);
        }

        return ExitCode.Success;
    }

    // The engine also offers words that merely contain what was typed.
    private bool Begins(string label)
    {
        int start = _line.LastIndexOf(' ', Math.Max(_position - 1, 0)) + 1;
        int end = _line.IndexOf(' ', _position);
        string typed = start > _position ? "" : _line[start..(end < 0 ? _line.Length : end)];
        return label.StartsWith(typed, StringComparison.Ordinal);
    }
}
