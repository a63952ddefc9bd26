using System.CommandLine;
using Punch.Cli.HandOver;
using Punch.Cli.Parsing;
using Punch.Cli.Reach;
using Punch.Protocol.Meeting;

namespace Punch.Cli.Meet;

/// <summary>The options of <c>punch meet</c>: the table that parsing, completion and the test of the help share.</summary>
internal sealed class MeetSyntax
{
    /// <summary>Sequence numbers have 32 bits.</summary>
    private const long MaxCount = uint.MaxValue;

    private const string HelpHint = "'punch --help' shows how it is used";

    private readonly Option<string[]> _via = OptionReader.Value("--via");
    private readonly Option<string[]> _localPort = OptionReader.Value("--local-port", "-p");
    private readonly Option<string[]> _bind = OptionReader.Value("--bind", "-B");
    private readonly Option<bool> _v4 = OptionReader.Flag("-4");
    private readonly Option<bool> _v6 = OptionReader.Flag("-6");
    private readonly Option<string[]> _count = OptionReader.Value("--count", "-c");
    private readonly Option<string[]> _deadline = OptionReader.Value("--deadline", "-w");
    private readonly Option<string[]> _interval = OptionReader.Value("--interval", "-i");
    private readonly Option<string[]> _size = OptionReader.Value("--size", "-s");
    private readonly Option<bool> _quiet = OptionReader.Flag("--quiet", "-q");
    private readonly Option<bool> _verbose = OptionReader.Flag("--verbose", "-v");
    private readonly Option<bool> _json = OptionReader.Flag("--json");
    private readonly Option<bool> _pipe = OptionReader.Flag("--pipe");
    private readonly Option<bool> _help = OptionReader.Flag("--help", "-h");
    private readonly Argument<string[]> _operands = new("code") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares the options.</summary>
    public MeetSyntax() => Command = new Command(MeetCommand.Name)
    {
        _via, _localPort, _bind, _v4, _v6, _count, _deadline, _interval, _size, _quiet, _verbose, _json, _pipe, _help, _operands,
    };

    /// <summary>The table of options.</summary>
    public Command Command { get; }

    /// <summary>Reads what comes after <c>meet</c>.</summary>
    public MeetRequest Parse(IReadOnlyList<string> arguments, MeetSurroundings surroundings)
    {
        var splitter = new ArgumentSplitter(Command, arguments, Tail.Command);
        ParseResult result = Command.Parse(splitter.Canonical, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Has(_help)) { return new MeetRequest.Help(); }

        try
        {
            if (splitter.Failure is { } failure) { throw new FailureException(failure); }

            return new MeetRequest.Meet(Check(Read(result, splitter, surroundings)));
        }
        catch (FailureException e)
        {
            return new MeetRequest.Refuse(e.Failure.For(MeetCommand.Name), IsJson: result.Has(_json));
        }
    }

    private MeetOptions Read(ParseResult result, ArgumentSplitter splitter, MeetSurroundings surroundings)
    {
        string server = Server(result, surroundings);
        return new MeetOptions
        {
            Server = RemoteTarget.Parse(server),
            ServerWord = server,
            LocalPort = (ushort)(result.Number(_localPort, "a port", 0, ushort.MaxValue) ?? 0),
            Bind = result.Single(_bind) is { } address ? RemoteTarget.ParseAddress(address) : null,
            Families = result.Families(_v4, _v6),
            Count = result.Number(_count, "a count", 1, MaxCount),
            Deadline = result.Duration(_deadline, canBeZero: false),
            Interval = result.Duration(_interval, canBeZero: true) ?? ReachOptions.DefaultInterval,
            Size = (int)(result.Number(_size, "a size in bytes", 0, SealedSession.MaxBodyLength) ?? 0),
            Purpose = PathPurpose.Read(result.Has(_pipe), splitter.TailCommand, result.Has(_count) ? [_count.Name] : []),
            IsJson = result.Has(_json),
            IsQuiet = result.Has(_quiet),
            Verbosity = result.Times(_verbose),
            Code = CodeReader.Read(splitter.Operands, surroundings),
        };
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
