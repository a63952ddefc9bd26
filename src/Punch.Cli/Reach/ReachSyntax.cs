using System.CommandLine;
using Punch.Cli.HandOver;
using Punch.Cli.Parsing;
using Punch.Protocol.Peer;

namespace Punch.Cli.Reach;

/// <summary>The options of <c>punch remote-host</c>: the table that parsing, completion and the test of the help share.</summary>
internal sealed class ReachSyntax
{
    /// <summary>Sequence numbers have 32 bits.</summary>
    private const long MaxCount = uint.MaxValue;

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
    private readonly Option<bool> _oneWay = OptionReader.Flag("--one-way-ok");
    private readonly Option<bool> _pipe = OptionReader.Flag("--pipe");
    private readonly Option<bool> _version = OptionReader.Flag("--version");
    private readonly Option<bool> _help = OptionReader.Flag("--help", "-h");
    private readonly Argument<string[]> _operands = new("remote-host") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares the options.</summary>
    public ReachSyntax() => Command = new Command("punch")
    {
        _localPort, _bind, _v4, _v6, _count, _deadline, _interval, _size, _quiet, _verbose, _json, _oneWay, _pipe, _version, _help, _operands,
    };

    /// <summary>The table of options.</summary>
    public Command Command { get; }

    /// <summary>Reads a command line. Of an option that may be given once, twice is refused: which one was meant is anybody's guess.</summary>
    public ReachRequest Parse(IReadOnlyList<string> arguments)
    {
        var splitter = new ArgumentSplitter(Command, arguments, Tail.CommandAfterOperand);
        ParseResult result = Command.Parse(splitter.Canonical, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Has(_help)) { return new ReachRequest.Help(); }

        if (result.Has(_version)) { return new ReachRequest.Version(); }

        try
        {
            if (splitter.Failure is { } failure) { throw new FailureException(failure); }

            return new ReachRequest.Punch(Check(Read(result, splitter)));
        }
        catch (FailureException e)
        {
            return new ReachRequest.Refuse(e.Failure, IsJson: result.Has(_json));
        }
    }

    private ReachOptions Read(ParseResult result, ArgumentSplitter splitter)
    {
        (RemoteTarget remote, ushort remotePort) = ReachOperands.Read(splitter);
        return new ReachOptions
        {
            Remote = remote,
            RemotePort = remotePort,
            LocalPort = (ushort)(result.Number(_localPort, "a port", 0, ushort.MaxValue) ?? ReachOptions.DefaultPort),
            Bind = result.Single(_bind) is { } address ? RemoteTarget.ParseAddress(address) : null,
            Families = result.Families(_v4, _v6),
            Count = result.Number(_count, "a count", 1, MaxCount),
            Deadline = result.Duration(_deadline, canBeZero: false),
            Interval = result.Duration(_interval, canBeZero: true) ?? ReachOptions.DefaultInterval,
            Size = (int)(result.Number(_size, "a size in bytes", 0, PeerSessionOptions.MaxSize) ?? 0),
            Requirement = result.Has(_oneWay) ? Requirement.OneWay : Requirement.TwoWay,
            Purpose = PathPurpose.Read(result.Has(_pipe), splitter.TailCommand, Misfits(result)),
            IsJson = result.Has(_json),
            IsQuiet = result.Has(_quiet),
            Verbosity = result.Times(_verbose),
        };
    }

    /// <summary>What says when to stop, or what to take for success, where the purpose of the path says it.</summary>
    private IEnumerable<string> Misfits(ParseResult result) =>
        new Option[] { _count, _oneWay }.Where(option => result.Has(option)).Select(option => option.Name);

    /// <summary>What no option says alone: the address families of remote, <c>--bind</c>, <c>-4</c> and <c>-6</c> must agree.</summary>
    private static ReachOptions Check(ReachOptions options)
    {
        if (options.Bind is { } bind)
        {
            if (!options.Families.Include(bind)) { throw Refuse($"{options.Families.Letter()} excludes the local address {bind}"); }

            if (options.Remote.Literal is { } remote && remote.IsV6 != bind.IsV6)
            {
                throw Refuse($"--bind {bind} is of another family than the remote address {remote}");
            }
        }

        return options.Remote.Literal is { } literal && !options.Families.Include(literal)
            ? throw Refuse($"{options.Families.Letter()} excludes the remote address {literal}")
            : options;
    }

    private static FailureException Refuse(string message) => new(Failure.Usage(message));
}
