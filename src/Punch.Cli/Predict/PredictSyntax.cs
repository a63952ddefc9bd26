using System.CommandLine;
using Punch.Cli.Parsing;
using Punch.Cli.Pipe;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>The options of <c>punch predict</c>: the table that parsing, completion and the test of the help share.</summary>
internal sealed class PredictSyntax
{
    private readonly Option<string[]> _seeds = OptionReader.Value("--seeds", "-n");
    private readonly Option<bool> _show = OptionReader.Flag("--show");
    private readonly Option<bool> _quiet = OptionReader.Flag("--quiet", "-q");
    private readonly Option<bool> _json = OptionReader.Flag("--json");
    private readonly Option<bool> _help = OptionReader.Flag("--help", "-h");
    private readonly Argument<string[]> _operands = new("network") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares the options.</summary>
    public PredictSyntax()
    {
        _operands.CompletionSources.Add([.. NatPresets.All.Select(preset => preset.Name)]);
        Command = new Command("predict") { _seeds, _show, _quiet, _json, _help, _operands };
    }

    /// <summary>The table of options.</summary>
    public Command Command { get; }

    /// <summary>Reads what comes after <c>predict</c>.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="openInput">Opens standard input, where a report may come from.</param>
    public PredictRequest Parse(IReadOnlyList<string> arguments, Func<IByteSource> openInput)
    {
        var splitter = new ArgumentSplitter(Command, arguments);
        ParseResult result = Command.Parse(splitter.Canonical, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Has(_help)) { return new PredictRequest.Help(); }

        try
        {
            if (splitter.Failure is { } failure) { throw new FailureException(failure); }

            return new PredictRequest.Predict(Read(result, splitter.Operands, openInput));
        }
        catch (FailureException e)
        {
            return new PredictRequest.Refuse(e.Failure.For(PredictCommand.Name), IsJson: result.Has(_json));
        }
    }

    private PredictOptions Read(ParseResult result, IReadOnlyList<string> words, Func<IByteSource> openInput)
    {
        if (words.Count < 2) { throw Refuse(words.Count == 0 ? "which two networks? none was given" : "which two networks? only one was given"); }

        if (words.Count > 2) { throw Refuse($"'{words[2]}' is one word too many"); }

        if (result.Has(_show) && result.Has(_json)) { throw Refuse("--show draws for people: leave --json out"); }

        if (words.All(word => word == PartyReader.StandardInput)) { throw Refuse("standard input holds one report, and two are wanted from it"); }

        return new PredictOptions
        {
            A = PartyReader.Read(words[0], openInput),
            B = PartyReader.Read(words[1], openInput),
            Seeds = (int)(result.Number(_seeds, "a number of seeds", 1, PredictOptions.MaxSeeds) ?? PredictOptions.DefaultSeeds),
            Shows = result.Has(_show),
            IsJson = result.Has(_json),
            IsQuiet = result.Has(_quiet),
        };
    }

    private static FailureException Refuse(string message) =>
        new(Failure.Usage(message, "usage: punch predict <a> <b>; 'punch predict --help' shows more"));
}
