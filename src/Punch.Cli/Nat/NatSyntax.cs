using System.CommandLine;
using Punch.Cli.Parsing;
using Punch.Protocol.Discovery;
using Punch.Protocol.Nat;

namespace Punch.Cli.Nat;

/// <summary>The options of <c>punch nat</c>: the table that parsing, completion and the test of the help share.</summary>
internal sealed class NatSyntax
{
    /// <summary>Names servers, separated by blanks or commas, where the command line names none.</summary>
    public const string ServerVariable = "PUNCH_SERVER";

    private readonly Option<string[]> _server = OptionReader.Value("--server", "-S");
    private readonly Option<string[]> _bind = OptionReader.Value("--bind", "-B");
    private readonly Option<bool> _v4 = OptionReader.Flag("-4");
    private readonly Option<bool> _v6 = OptionReader.Flag("-6");
    private readonly Option<string[]> _deadline = OptionReader.Value("--deadline", "-w");
    private readonly Option<string[]> _require = OptionReader.Value("--require");
    private readonly Option<bool> _hairpin = OptionReader.Flag("--hairpin");
    private readonly Option<bool> _lifetime = OptionReader.Flag("--lifetime");
    private readonly Option<bool> _quiet = OptionReader.Flag("--quiet", "-q");
    private readonly Option<bool> _verbose = OptionReader.Flag("--verbose", "-v");
    private readonly Option<bool> _json = OptionReader.Flag("--json");
    private readonly Option<bool> _help = OptionReader.Flag("--help", "-h");
    private readonly Argument<string[]> _operands = new("nothing") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares the options.</summary>
    public NatSyntax()
    {
        _require.CompletionSources.Add([.. NatRequirement.Words.Union(AccessKinds.Peers.Select(kind => kind.Name()))]);
        Command = new Command("nat")
        {
            _server, _bind, _v4, _v6, _deadline, _require, _hairpin, _lifetime, _quiet, _verbose, _json, _help, _operands,
        };
    }

    /// <summary>The table of options.</summary>
    public Command Command { get; }

    /// <summary>Reads what comes after <c>nat</c>.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="environment">The value of <see cref="ServerVariable"/>, if it is set.</param>
    public NatRequest Parse(IReadOnlyList<string> arguments, string? environment)
    {
        var splitter = new ArgumentSplitter(Command, arguments);
        ParseResult result = Command.Parse(splitter.Canonical, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Has(_help)) { return new NatRequest.Help(); }

        try
        {
            if (splitter.Failure is { } failure) { throw new FailureException(failure); }

            if (splitter.Operands.Count > 0)
            {
                throw Refuse($"'{splitter.Operands[0]}' is one word too many", $"to ask a server: punch nat --server {splitter.Operands[0]}");
            }

            return new NatRequest.Test(Check(Read(result, environment)));
        }
        catch (FailureException e)
        {
            return new NatRequest.Refuse(e.Failure.For(NatCommand.Name), IsJson: result.Has(_json));
        }
    }

    private NatOptions Read(ParseResult result, string? environment) => new()
    {
        Servers = Servers(result, environment),
        Requirements = [.. result.All(_require).Select(NatRequirement.Parse)],
        Families = result.Families(_v4, _v6),
        Bind = result.Single(_bind) is { } address ? RemoteTarget.ParseAddress(address) : null,
        Deadline = result.Duration(_deadline, canBeZero: false),
        TestsHairpin = result.Has(_hairpin),
        TestsLifetime = result.Has(_lifetime),
        IsJson = result.Has(_json),
        IsQuiet = result.Has(_quiet),
        Verbosity = result.Times(_verbose),
    };

    private RemoteTarget[] Servers(ParseResult result, string? environment)
    {
        string[] words = [.. result.All(_server)];
        if (words.Length == 0) { words = (environment ?? "").Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries); }

        if (words.Length == 0)
        {
            throw Refuse(
                "which server? a NAT shows only to somebody outside, and none was named",
                $"--server takes any STUN server; 'punch serve' on a machine with a public address is one; {ServerVariable} saves typing");
        }

        if (words.Length > NatDiscoveryOptions.MaxServers) { throw Refuse($"more than {NatDiscoveryOptions.MaxServers} servers", HelpHint); }

        return [.. words.Select(RemoteTarget.Parse)];
    }

    private static NatOptions Check(NatOptions options)
    {
        if (options.Bind is not { } bind) { return options; }

        return options.Families.Include(bind)
            ? options with { Families = FamilyRules.Of(bind) }
            : throw Refuse($"{options.Families.Letter()} excludes the local address {bind}", HelpHint);
    }

    private const string HelpHint = "'punch --help' shows how it is used";

    private static FailureException Refuse(string message, string hint) => new(Failure.Usage(message, hint));
}
