using Punch.Cli.Options;
using Punch.Cli.Parsing;
using Punch.Protocol;
using Punch.Protocol.Discovery;

namespace Punch.Cli.Nat;

/// <summary>The options of <c>punch nat</c>.</summary>
internal static class NatTable
{
    private static readonly ValueOption<RemoteTarget> Server = new(
        "server", new ValueKind<RemoteTarget>("a name or an address, with or without a port", (_, text) => ServerWord.Parse(text)))
    {
        Name = "--server",
        Letter = "-S",
        Help = "The STUN server to ask: host or host:port. May be repeated",
        Occurrence = Occurrence.Many,
        Completes = Completes.Hosts,
        DefaultText = $"{EnvironmentDefaults.ServerVariable}; port 3478",
    };

    private static readonly ValueOption<HostAddress> Bind = new("address", ValueKinds.Address)
    {
        Name = "--bind",
        Letter = "-B",
        Help = "Test from this local address",
        DefaultText = "the system chooses",
    };

    private static readonly ValueOption<TimeSpan> Deadline = new("time", ValueKinds.Duration)
    {
        Name = "--deadline",
        Letter = "-w",
        Help = "Stop after this time and report what is known by then",
        DefaultText = "finish all tests",
    };

    private static readonly ValueOption<NatRequirement> Require = new(
        "kind", new ValueKind<NatRequirement>(string.Join(", ", NatRequirement.AllWords), (_, text) => NatRequirement.Parse(text)))
    {
        Name = "--require",
        Occurrence = Occurrence.Many,
        Words = NatRequirement.AllWords,
        Help = "Succeed only if this network is at least as easy to reach as this kind. May be repeated",
    };

    private static readonly FlagOption Hairpin = new()
    {
        Name = "--hairpin",
        Help = "Also test whether two hosts here can meet at their public addresses; some firewalls dislike this",
    };

    private static readonly FlagOption Lifetime = new()
    {
        Name = "--lifetime",
        Help = "Also measure how long the NAT keeps an idle mapping; takes up to five minutes",
    };

    private static readonly FlagOption Quiet = new() { Name = "--quiet", Letter = "-q", Help = "Print only the verdict" };

    private static readonly FlagOption Verbose = new()
    {
        Name = "--verbose",
        Letter = "-v",
        Help = "Also print the bytes of what is no answer; -vv and -vvv add a log on stderr",
    };

    /// <summary>The table.</summary>
    public static readonly CommandSpec Spec = new()
    {
        Name = CommandName.Nat,
        Summary = "Show what the NAT or firewall of this network does, and which kinds of peers can open a path to it.",
        Usage = ["punch nat --server <server> [options]"],
        Description =
        [
            "Any STUN server can tell your public address. Two servers can tell whether it stays the same. A server with two "
                + "addresses (RFC 5780, "
                + "such as 'punch serve --alternate') can tell everything. What cannot be found out is reported as unknown. It takes "
                + "a second or two.",
        ],
        Sections =
        [
            new OptionSection("Server and addresses", Server, Bind, CommonOptions.V4, CommonOptions.V6),
            new OptionSection("Tests", Hairpin, Lifetime, Require, Deadline),
            new OptionSection("Output", Quiet, Verbose, CommonOptions.Json, CommonOptions.Version, CommonOptions.Help),
        ],
        Variables =
        [
            new HelpEntry(EnvironmentDefaults.ServerVariable, "The servers, if --server is not given; separated by spaces or commas"),
        ],
        Notes =
        [
            "Kinds for --require: none, eim, adm (mapping, RFC 4787); eif, adf (filtering); preserving (ports); udp; or a kind of "
                + "network from "
                + "'punch predict --help', such as full-cone.",
            CommonOptions.TimeNote,
        ],
        Examples =
        [
            new HelpEntry("punch nat --server stun.example", "Test this network"),
            new HelpEntry("punch nat --server stun.example --json > here.json", "Save a report for 'punch predict'"),
            new HelpEntry("punch nat -S stun.example --require eim -q", "In a script: does the public port stay the same for all peers?"),
        ],
        ExitCodes =
        [
            new ExitMeaning(ExitCode.Success, "Every verdict is known; with --require: what was required holds"),
            new ExitMeaning(ExitCode.NoPath, "Some verdict is unknown; with --require: it does not hold, or is unknown"),
            new ExitMeaning(ExitCode.Usage, "Wrong usage, or a name that does not resolve"),
            new ExitMeaning(ExitCode.Local, "Local network error: no route, no permission"),
            new ExitMeaning(ExitCode.Server, "No server answered: UDP is blocked or the servers are down; or they refused"),
            new ExitMeaning(ExitCode.Interrupted, "Interrupted before it was done"),
        ],
    };

    /// <summary>Reads the arguments after <c>nat</c>.</summary>
    public static Request<NatOptions> Parse(IReadOnlyList<string> arguments, EnvironmentDefaults environment) =>
        Request<NatOptions>.Parse(Spec, arguments, line => Read(line, environment));

    private static NatOptions Read(CommandLine line, EnvironmentDefaults environment)
    {
        if (line.Operands.Count > 0)
        {
            throw Refuse($"unexpected argument '{line.Operands[0]}'", $"to ask a server: punch nat --server {line.Operands[0]}");
        }

        HostAddress? bind = line.Find(Bind);
        return new NatOptions
        {
            Servers = Servers(line, environment),
            Requirements = line.All(Require),
            Families = line.Families(bind),
            Bind = bind,
            Deadline = line.Find(Deadline),
            TestsHairpin = line.Has(Hairpin),
            TestsLifetime = line.Has(Lifetime),
            IsJson = line.Has(CommonOptions.Json),
            IsQuiet = line.Has(Quiet),
            Verbosity = line.Times(Verbose),
        };
    }

    private static IReadOnlyList<RemoteTarget> Servers(CommandLine line, EnvironmentDefaults environment)
    {
        IReadOnlyList<RemoteTarget> servers = line.Has(Server) ? line.All(Server) : [.. environment.Servers.Select(ServerWord.Parse)];
        return servers.Count switch
        {
            0 => throw Refuse(
                "no server given: use --server <server>",
                $"any STUN server will do, such as 'punch serve' on a public address; {EnvironmentDefaults.ServerVariable} sets a default"),
            > NatDiscoveryOptions.MaxServers => throw Refuse($"more than {NatDiscoveryOptions.MaxServers} servers", hint: null),
            _ => servers,
        };
    }

    private static FailureException Refuse(string message, string? hint) => new(Failure.Usage(message, hint));
}
