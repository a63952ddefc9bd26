using System.CommandLine;
using Punch.Cli.Parsing;
using Punch.Protocol.Peer;

namespace Punch.Cli.Reach;

/// <summary>The options of <c>punch remote-host</c>: the table that parsing, completion and the test of the help share.</summary>
internal sealed class ReachSyntax
{
    private readonly SessionSyntax _session = new();
    private readonly Option<bool> _oneWay = OptionReader.Flag("--one-way-ok");
    private readonly Option<bool> _version = OptionReader.Flag("--version");
    private readonly Argument<string[]> _operands = new("remote-host") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares the options.</summary>
    public ReachSyntax()
    {
        Command = new Command("punch") { _oneWay, _version, _operands };
        _session.AddTo(Command);
    }

    /// <summary>The table of options.</summary>
    public Command Command { get; }

    /// <summary>Reads a command line. Of an option that may be given once, twice is refused: which one was meant is anybody's guess.</summary>
    public ReachRequest Parse(IReadOnlyList<string> arguments)
    {
        var splitter = new ArgumentSplitter(Command, arguments, Tail.CommandAfterOperand);
        ParseResult result = Command.Parse(splitter.Canonical, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Has(_session.Help)) { return new ReachRequest.Help(); }

        if (result.Has(_version)) { return new ReachRequest.Version(); }

        try
        {
            if (splitter.Failure is { } failure) { throw new FailureException(failure); }

            return new ReachRequest.Punch(Check(Read(result, splitter)));
        }
        catch (FailureException e)
        {
            return new ReachRequest.Refuse(e.Failure, IsJson: result.Has(_session.Json));
        }
    }

    private ReachOptions Read(ParseResult result, ArgumentSplitter splitter)
    {
        (RemoteTarget remote, ushort remotePort) = ReachOperands.Read(splitter);
        var options = new ReachOptions
        {
            Remote = remote,
            RemotePort = remotePort,
            Requirement = result.Has(_oneWay) ? Requirement.OneWay : Requirement.TwoWay,
        };
        return _session.Read(options, result, splitter.TailCommand, PeerSessionOptions.MaxSize, _oneWay);
    }

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
