using System.CommandLine;
using System.CommandLine.Parsing;
using Punch.Cli.Parsing;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Cli.Reach;

/// <summary>The options of <c>punch remote-host</c>: the table that parsing, completion and the test of the help share.</summary>
internal sealed class ReachSyntax
{
    /// <summary>Sequence numbers have 32 bits.</summary>
    private const long MaxCount = uint.MaxValue;

    private readonly Option<string[]> _localPort = Value("--local-port", "-p");
    private readonly Option<string[]> _bind = Value("--bind", "-B");
    private readonly Option<bool> _v4 = Flag("-4");
    private readonly Option<bool> _v6 = Flag("-6");
    private readonly Option<string[]> _count = Value("--count", "-c");
    private readonly Option<string[]> _deadline = Value("--deadline", "-w");
    private readonly Option<string[]> _interval = Value("--interval", "-i");
    private readonly Option<string[]> _size = Value("--size", "-s");
    private readonly Option<bool> _quiet = Flag("--quiet", "-q");
    private readonly Option<bool> _verbose = Flag("--verbose", "-v");
    private readonly Option<bool> _json = Flag("--json");
    private readonly Option<bool> _oneWay = Flag("--one-way-ok");
    private readonly Option<bool> _version = Flag("--version");
    private readonly Option<bool> _help = Flag("--help", "-h");
    private readonly Argument<string[]> _operands = new("remote-host") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares the options.</summary>
    public ReachSyntax() => Command = new Command("punch")
    {
        _localPort, _bind, _v4, _v6, _count, _deadline, _interval, _size, _quiet, _verbose, _json, _oneWay, _version, _help, _operands,
    };

    /// <summary>The table of options.</summary>
    public Command Command { get; }

    /// <summary>Reads a command line. Of an option that may be given once, twice is refused: which one was meant is anybody's guess.</summary>
    public ReachRequest Parse(IReadOnlyList<string> arguments)
    {
        var splitter = new ArgumentSplitter(Command, arguments);
        ParseResult result = Command.Parse(splitter.Canonical, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Times(result, _help) > 0) { return new ReachRequest.Help(); }

        if (Times(result, _version) > 0) { return new ReachRequest.Version(); }

        try
        {
            if (splitter.Failure is { } failure) { throw new FailureException(failure); }

            return new ReachRequest.Punch(Check(Read(result, splitter)));
        }
        catch (FailureException e)
        {
            return new ReachRequest.Refuse(e.Failure, IsJson: Times(result, _json) > 0);
        }
    }

    private ReachOptions Read(ParseResult result, ArgumentSplitter splitter)
    {
        (RemoteTarget remote, ushort remotePort) = ReachOperands.Read(splitter);
        return new ReachOptions
        {
            Remote = remote,
            RemotePort = remotePort,
            LocalPort = (ushort)(Number(result, _localPort, "a port", 0, ushort.MaxValue) ?? ReachOptions.DefaultPort),
            Bind = Single(result, _bind) is { } address ? RemoteTarget.ParseAddress(address) : null,
            Families = Families(Times(result, _v4) > 0, Times(result, _v6) > 0),
            Count = Number(result, _count, "a count", 1, MaxCount),
            Deadline = Duration(result, _deadline, canBeZero: false),
            Interval = Duration(result, _interval, canBeZero: true) ?? ReachOptions.DefaultInterval,
            Size = (int)(Number(result, _size, "a size in bytes", 0, PeerSessionOptions.MaxSize) ?? 0),
            Requirement = Times(result, _oneWay) > 0 ? Requirement.OneWay : Requirement.TwoWay,
            IsJson = Times(result, _json) > 0,
            IsQuiet = Times(result, _quiet) > 0,
            Verbosity = Times(result, _verbose),
        };
    }

    private static AddressFamilies Families(bool isV4, bool isV6) => (isV4, isV6) switch
    {
        (true, true) => throw Refuse("-4 and -6 exclude each other"),
        (true, false) => AddressFamilies.V4,
        (false, true) => AddressFamilies.V6,
        (false, false) => AddressFamilies.Any,
    };

    private static long? Number(ParseResult result, Option<string[]> option, string noun, long min, long max)
    {
        if (Single(result, option) is not { } text) { return null; }

        string? problem = NumberText.Parse(text, noun, min, max, out long value);
        return problem is null ? value : throw Refuse($"{option.Name} '{text}' {problem}");
    }

    private static TimeSpan? Duration(ParseResult result, Option<string[]> option, bool canBeZero)
    {
        if (Single(result, option) is not { } text) { return null; }

        string? problem = DurationText.Parse(text, out TimeSpan value);
        if (problem is null && value == TimeSpan.Zero && !canBeZero) { problem = "leaves no time"; }

        return problem is null ? value : throw Refuse($"{option.Name} '{text}' {problem}");
    }

    private static string? Single(ParseResult result, Option<string[]> option)
    {
        IReadOnlyList<Token> values = result.GetResult(option)?.Tokens ?? [];
        return values.Count switch
        {
            0 => null,
            1 => values[0].Value,
            _ => throw Refuse($"option '{option.Name}' was given twice"),
        };
    }

    private static int Times(ParseResult result, Option option) => result.GetResult(option)?.IdentifierTokenCount ?? 0;

    /// <summary>What no option says alone: the address families of remote, <c>--bind</c>, <c>-4</c> and <c>-6</c> must agree.</summary>
    private static ReachOptions Check(ReachOptions options)
    {
        if (options.Bind is { } bind)
        {
            if (!Agrees(bind, options.Families)) { throw Refuse($"{Letter(options.Families)} excludes the local address {bind}"); }

            if (options.Remote.Literal is { } remote && remote.IsV6 != bind.IsV6)
            {
                throw Refuse($"--bind {bind} is of another family than the remote address {remote}");
            }
        }

        return options.Remote.Literal is { } literal && !Agrees(literal, options.Families)
            ? throw Refuse($"{Letter(options.Families)} excludes the remote address {literal}")
            : options;
    }

    private static bool Agrees(HostAddress address, AddressFamilies families) =>
        families == AddressFamilies.Any || address.IsV6 == (families == AddressFamilies.V6);

    private static string Letter(AddressFamilies families) => families == AddressFamilies.V4 ? "-4" : "-6";

    private static FailureException Refuse(string message) => new(Failure.Usage(message));

    // Values are collected as they come, so that the words about a wrong or doubled one are ours.
    private static Option<string[]> Value(string name, string alias) => new(name, alias) { Arity = ArgumentArity.ZeroOrMore };

    private static Option<bool> Flag(string name, params string[] aliases) => new(name, aliases) { Arity = ArgumentArity.Zero };
}
