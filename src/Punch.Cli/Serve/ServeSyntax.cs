using System.CommandLine;
using Punch.Cli.Parsing;
using Punch.Protocol;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;
using Punch.Serving.Stun;

namespace Punch.Cli.Serve;

/// <summary>The options of <c>punch serve</c>: the table that parsing, completion and the test of the help share.</summary>
internal sealed class ServeSyntax
{
    /// <summary>More than any network path carries, and well within the limiter's resolution.</summary>
    private const int MaxRate = 1_000_000;

    // The same relation as in the default: a household's tests come all at once and then not for a while.
    private static readonly double BurstPerRate = (double)RateLimit.Stun.Burst / RateLimit.Stun.PerSecond;

    private static readonly TimeSpan ShortestStatistics = TimeSpan.FromMilliseconds(100);

    private readonly Option<string[]> _listen = OptionReader.Value("--listen", "-l");
    private readonly Option<string[]> _alternate = OptionReader.Value("--alternate", "-a");
    private readonly Option<string[]> _public = OptionReader.Value("--public");
    private readonly Option<bool> _noTcp = OptionReader.Flag("--no-tcp");
    private readonly Option<string[]> _rateLimit = OptionReader.Value("--rate-limit");
    private readonly Option<string[]> _maxRooms = OptionReader.Value("--max-rooms");
    private readonly Option<bool> _smallAnswers = OptionReader.Flag("--small-answers");
    private readonly Option<string[]> _stats = OptionReader.Value("--stats");
    private readonly Option<string[]> _metrics = OptionReader.Value("--metrics");
    private readonly Option<bool> _quiet = OptionReader.Flag("--quiet", "-q");
    private readonly Option<bool> _verbose = OptionReader.Flag("--verbose", "-v");
    private readonly Option<bool> _json = OptionReader.Flag("--json");
    private readonly Option<bool> _help = OptionReader.Flag("--help", "-h");
    private readonly Argument<string[]> _operands = new("nothing") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares the options.</summary>
    public ServeSyntax() => Command = new Command("serve")
    {
        _listen, _alternate, _public, _noTcp, _rateLimit, _maxRooms, _smallAnswers, _stats, _metrics, _quiet, _verbose, _json, _help, _operands,
    };

    /// <summary>The table of options.</summary>
    public Command Command { get; }

    /// <summary>Reads what comes after <c>serve</c>.</summary>
    public ServeRequest Parse(IReadOnlyList<string> arguments)
    {
        var splitter = new ArgumentSplitter(Command, arguments);
        ParseResult result = Command.Parse(splitter.Canonical, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Has(_help)) { return new ServeRequest.Help(); }

        try
        {
            if (splitter.Failure is { } failure) { throw new FailureException(failure); }

            if (splitter.Operands.Count > 0)
            {
                throw new FailureException(Failure.Usage(
                    $"'{splitter.Operands[0]}' is one word too many", $"to listen on an address: punch serve --listen {splitter.Operands[0]}"));
            }

            return new ServeRequest.Serve(Check(Read(result)));
        }
        catch (FailureException e)
        {
            return new ServeRequest.Refuse(e.Failure.For(ServeCommand.Name), IsJson: result.Has(_json));
        }
    }

    private ServeOptions Read(ParseResult result) => new()
    {
        Addresses = ListenSyntax.Read([.. result.All(_listen)], [.. result.All(_alternate)], [.. result.All(_public)]),
        HasTcp = !result.Has(_noTcp),
        Limit = Limit(result),
        MaxRooms = MaxRooms(result),
        ReplySize = result.Has(_smallAnswers) ? StunReplySize.NeverLarger : StunReplySize.AllAddresses,
        Metrics = Metrics(result),
        Statistics = Statistics(result),
        IsJson = result.Has(_json),
        IsQuiet = result.Has(_quiet),
        Verbosity = result.Times(_verbose),
    };

    /// <summary>What no option says alone: the metrics want a TCP port of their own.</summary>
    private static ServeOptions Check(ServeOptions options)
    {
        bool isTaken = options.HasTcp && options.Metrics is { } metrics && ListenSyntax.Serves(options.Addresses, metrics);
        return isTaken
            ? throw new FailureException(Failure.Usage($"--metrics {options.Metrics} is an address that serves STUN", "another port is free, such as 9478"))
            : options;
    }

    private RateLimit? Limit(ParseResult result)
    {
        switch (result.Single(_rateLimit))
        {
            case null: return RateLimit.Stun;
            case "off": return null;
            default:
                int rate = (int)result.Number(_rateLimit, "'off' or answers a second", 1, MaxRate)!.Value;
                return new RateLimit(rate, (int)Math.Ceiling(rate * BurstPerRate));
        }
    }

    private int MaxRooms(ParseResult result) =>
        (int)(result.Number(_maxRooms, "a number of rooms", 0, MemoryRooms.MostRooms) ?? MemoryRooms.DefaultMaxRooms);

    private TimeSpan? Statistics(ParseResult result)
    {
        TimeSpan? interval = result.Duration(_stats, canBeZero: false);
        return interval < ShortestStatistics
            ? throw new FailureException(Failure.Usage($"--stats '{result.Single(_stats)}' is shorter than 100ms"))
            : interval;
    }

    private TransportAddress? Metrics(ParseResult result)
    {
        if (result.Single(_metrics) is not { } text) { return null; }

        (HostAddress host, ushort? port) = ListenSyntax.ParseAddress(text, "--metrics");
        if (port is not { } number)
        {
            throw new FailureException(Failure.Usage($"--metrics '{text}' names no port", "a usual one is 9478: --metrics 127.0.0.1:9478"));
        }

        return host.IsLoopback
            ? new TransportAddress(host, number)
            : throw new FailureException(Failure.Usage(
                $"--metrics '{text}' is not a loopback address: whoever reaches it reads it, without a password",
                "127.0.0.1 or ::1, and for other machines a proxy or a tunnel that asks who they are"));
    }
}
