using System.CommandLine;
using Punch.Cli.Parsing;
using Punch.Cli.Reach;
using Punch.Protocol.Meeting;

namespace Punch.Cli.Meet;

/// <summary>The options of <c>punch meet</c>: the table that parsing, completion and the test of the help share.</summary>
internal sealed class MeetSyntax
{
    private const string HelpHint = "'punch --help' shows how it is used";

    private readonly Option<string[]> _via = OptionReader.Value("--via");
    private readonly SessionSyntax _session = new();
    private readonly Argument<string[]> _operands = new("code") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares the options.</summary>
    public MeetSyntax()
    {
        Command = new Command(MeetCommand.Name) { _via, _operands };
        _session.AddTo(Command);
    }

    /// <summary>The table of options.</summary>
    public Command Command { get; }

    /// <summary>Reads what comes after <c>meet</c>.</summary>
    public MeetRequest Parse(IReadOnlyList<string> arguments, MeetSurroundings surroundings)
    {
        var splitter = new ArgumentSplitter(Command, arguments, Tail.Command);
        ParseResult result = Command.Parse(splitter.Canonical, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Has(_session.Help)) { return new MeetRequest.Help(); }

        try
        {
            if (splitter.Failure is { } failure) { throw new FailureException(failure); }

            return new MeetRequest.Meet(Check(Read(result, splitter, surroundings)));
        }
        catch (FailureException e)
        {
            return new MeetRequest.Refuse(e.Failure.For(MeetCommand.Name), IsJson: result.Has(_session.Json));
        }
    }

    private MeetOptions Read(ParseResult result, ArgumentSplitter splitter, MeetSurroundings surroundings)
    {
        string server = Server(result, surroundings);
        var options = new MeetOptions { Server = RemoteTarget.Parse(server), ServerWord = server };
        options = _session.Read(options, result, splitter.TailCommand, SealedSession.MaxBodyLength);
        return options with { Code = CodeReader.Read(splitter.Operands, surroundings) };
    }

    private string Server(ParseResult result, MeetSurroundings surroundings)
    {
        string[] words = result.Single(_via) is { } word
            ? [word]
            : (surroundings.Server ?? "").Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [] => throw Refuse(
                "via which server? both sides name the same one, and none was named",
                $"--via takes any 'punch serve'; {MeetSurroundings.ServerVariable} saves typing"),
            // 'punch nat' asks all of them, but two people who pick from a list may pick two.
            [string first, ..] => first,
        };
    }

    /// <summary>What no option says alone: the families of the server's address, <c>--bind</c>, <c>-4</c> and <c>-6</c> must agree.</summary>
    private static MeetOptions Check(MeetOptions options)
    {
        if (options.Bind is { } bind)
        {
            if (!options.Families.Include(bind)) { throw Refuse($"{options.Families.Letter()} excludes the local address {bind}"); }

            options = options with { Families = FamilyRules.Of(bind) };
        }

        return options.Server.Literal is { } literal && !options.Families.Include(literal)
            ? throw Refuse($"{(options.Bind is { } own ? $"--bind {own}" : options.Families.Letter())} excludes the server's address {literal}")
            : options;
    }

    private static FailureException Refuse(string message, string hint = HelpHint) => new(Failure.Usage(message, hint));
}
