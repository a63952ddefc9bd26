namespace Punch.Cli.Options;

/// <summary>What a command line asks for.</summary>
internal abstract record Request<TOptions>
{
    private Request() { }

    /// <summary>Print the help or the version, and do nothing else.</summary>
    internal sealed record Answer(string Text) : Request<TOptions>;

    /// <summary>Do what the options say.</summary>
    internal sealed record Perform(TOptions Options) : Request<TOptions>;

    /// <summary>Nothing that can be done.</summary>
    internal sealed record Refuse(Failure Failure, bool IsJson) : Request<TOptions>;

    /// <summary>Reads a command line.</summary>
    /// <param name="spec">The command.</param>
    /// <param name="arguments">What follows its name.</param>
    /// <param name="read">Makes sense of what was parsed.</param>
    public static Request<TOptions> Parse(CommandSpec spec, IReadOnlyList<string> arguments, Func<CommandLine, TOptions> read)
    {
        var line = new CommandLine(spec, arguments);
        if (line.Has(CommonOptions.Help)) { return new Answer(HelpText.Of(spec)); }

        if (line.Has(CommonOptions.Version)) { return new Answer(IsVerbose(spec, line, arguments) ? VersionText.Long : VersionText.Short); }

        try
        {
            return line.Failure is { } failure ? throw new FailureException(failure) : new Perform(read(line));
        }
        catch (FailureException e)
        {
            return new Refuse(WithHint(e.Failure, spec), IsJson: line.Has(CommonOptions.Json));
        }
    }

    // Some commands have no such option, and the version is the same for all.
    private static bool IsVerbose(CommandSpec spec, CommandLine line, IReadOnlyList<string> arguments) =>
        spec.Find("--verbose") is { } verbose ? line.Has(verbose) : arguments.Any(word => word is "-v" or "--verbose" or "-Vv" or "-vV");

    private static Failure WithHint(Failure failure, CommandSpec spec) => failure is { Exit: ExitCode.Usage, Hint: null }
        ? failure with { Hint = $"'{spec.Title} --help' lists the options" }
        : failure;
}
