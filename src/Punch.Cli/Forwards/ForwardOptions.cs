using System.Globalization;
using Punch.Cli.Options;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Forwards;

/// <summary>The options of forwards.</summary>
internal static class ForwardOptions
{
    private const int DefaultConnections = 128;
    private const int LeastOwnPort = 1024;
    private const int OwnPortShift = 10_000;

    private static readonly ValueKind<string> ForwardKind = ValueKinds.Word(
        "[bind:]port[/udp|/tcp+udp]:host:hostport; a path with a slash stands for a Unix socket");

    private static readonly ValueOption<string> Local = new("forward", ForwardKind)
    {
        Name = "-L",
        Occurrence = Occurrence.Many,
        Completes = Completes.Nothing,
        Help = "Listen here; the other side connects to host:hostport for each connection. Listens on loopback unless bind says "
            + "more: an address, or * for all. /udp behind the port carries datagrams",
    };

    private static readonly ValueOption<string> Remote = new("forward", ForwardKind)
    {
        Name = "-R",
        Occurrence = Occurrence.Many,
        Completes = Completes.Nothing,
        Help = "Listen on the other side; this side connects to host:hostport for each connection",
    };

    private static readonly ValueOption<string> Stdio = new("host:port", ValueKinds.Word("host:port"))
    {
        Name = "-W",
        Completes = Completes.Nothing,
        Help = "Join standard input and output to a connection that the other side makes. Prints nothing else: for ProxyCommand of ssh",
    };

    private static readonly ValueOption<string> Socks = new("place", ValueKinds.Word("[bind:]port"))
    {
        Name = "-D",
        Occurrence = Occurrence.Many,
        Completes = Completes.Nothing,
        Help = "Listen at [bind:]port as a SOCKS5 proxy; the other side looks up the names and connects",
    };

    private static readonly ValueOption<string> Allow = new("host:port", ValueKinds.Word("host:port[/udp], with * for any port; or any"))
    {
        Name = "--allow",
        Occurrence = Occurrence.Many,
        Completes = Completes.Nothing,
        Help = "The other side may have this side connect to host:port, or with 'any' to all it can reach",
        DefaultText = "nothing",
    };

    private static readonly ValueOption<string> AllowListen = new("place", ValueKinds.Word("[bind:]port[/udp]"))
    {
        Name = "--allow-listen",
        Occurrence = Occurrence.Many,
        Completes = Completes.Nothing,
        Help = "The other side may have this side listen at [bind:]port",
        DefaultText = "nothing",
    };

    private static readonly ValueOption<string> Share = new("port", ValueKinds.Word("a port[/udp]"))
    {
        Name = "--share",
        Occurrence = Occurrence.Many,
        Completes = Completes.Nothing,
        Help = "Allow localhost:port. The printed command for the other side then has the -L for it",
    };

    private static readonly FlagOption Once = new() { Name = "--once", Help = "End after the first connection" };

    private static readonly ValueOption<int> MaxConnections = new("n", ValueKinds.SmallNumber("a number", 1, DefaultConnections))
    {
        Name = "--max-connections",
        Help = "The most connections of a kind at a time; further ones wait",
        Default = DefaultConnections,
        DefaultText = "128",
    };

    private static readonly OptionSpec[] Purposes = [Local, Remote, Stdio, Socks, Allow, AllowListen, Share];

    /// <summary>The options, for the help.</summary>
    public static OptionSection Section { get; } = new(
        "Forwards", Local, Remote, Socks, Stdio, Allow, AllowListen, Share, Once, MaxConnections);

    /// <summary>The names of those that a pasted line of the other side may have.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Purposes.Select(option => option.Name)];

    /// <summary>The first given option of forwards; null if there is none.</summary>
    public static string? Given(CommandLine line) => Purposes.Append(Once).Append(MaxConnections).FirstOrDefault(line.Has)?.Name;

    /// <summary>Reads the forwards of a command line; null if there are none.</summary>
    /// <exception cref="FailureException">A value is wrong, or two exclude each other.</exception>
    public static ForwardPlan? Read(CommandLine line)
    {
        if (!Purposes.Any(line.Has))
        {
            return Given(line) is { } alone
                ? throw new FailureException(Failure.Usage($"{alone} is for forwards", "add one with -L, -R, -D or -W, or --allow"))
                : null;
        }

        ForwardPlan plan = Plan(option => option switch
        {
            "-W" => line.Get(Stdio) is { } target ? [target] : [],
            _ => line.All((ValueOption<string>)Purposes.First(purpose => purpose.Name == option)),
        });
        if (plan.Stdio is not null && (plan.Locals.Count > 0 || plan.Proxies.Count > 0 || plan.Remotes.Count > 0))
        {
            throw new FailureException(Failure.Usage("-W cannot be used with -L, -R or -D"));
        }

        return plan with { IsOnce = line.Has(Once), MostConnections = line.Get(MaxConnections) };
    }

    /// <summary>Reads the forwards of a pasted line.</summary>
    /// <param name="words">The options and their values.</param>
    /// <exception cref="FailureException">A value is wrong.</exception>
    public static ForwardPlan Read(IReadOnlyList<(string Option, string Value)> words) =>
        Plan(option => [.. words.Where(word => word.Option == option).Select(word => word.Value)]) with
        {
            MostConnections = DefaultConnections,
        };

    private static ForwardPlan Plan(Func<string, IReadOnlyList<string>> valuesOf)
    {
        List<ForwardSpec> locals = [.. valuesOf(Local.Name).SelectMany(text => ForwardWord.ParseForward(Local.Name, text))];
        List<ForwardSpec> remotes = [.. valuesOf(Remote.Name).SelectMany(text => ForwardWord.ParseForward(Remote.Name, text))];
        List<OpenRequest> proxies = [.. valuesOf(Socks.Name).Select(text => ForwardWord.ParseListen(Socks.Name, text))];
        OpenRequest? stdio = valuesOf(Stdio.Name) is [var place] ? ForwardWord.ParseTarget(Stdio.Name, place) : null;
        IReadOnlyList<string> allowed = valuesOf(Allow.Name);
        IReadOnlyList<string> shared = valuesOf(Share.Name);
        foreach (ForwardSpec remote in remotes.Where(remote => remote.Place.Kind == OpenKind.Unix))
        {
            throw new FailureException(Failure.Usage($"-R '{remote.Place.Text}' listens at a Unix socket: only -L can do that"));
        }

        return new ForwardPlan
        {
            Locals = locals,
            Remotes = remotes,
            Proxies = proxies,
            Stdio = stdio,
            Allowed = Allowed(allowed, shared, valuesOf(AllowListen.Name)),
            PeerWords = string.Join(
                ' ', PeerNeeds(locals, remotes, proxies.Count > 0, stdio).Concat(PeerUses(allowed, shared)).Where(word => word.Length > 0)),
        };
    }

    private static AllowList Allowed(IReadOnlyList<string> allowed, IReadOnlyList<string> shared, IReadOnlyList<string> listens) => new(
        [
            .. allowed.Where(IsPlace).Select(text => ForwardWord.ParseRule(Allow.Name, text, mayLackHost: false)),
            .. shared.Select(text => ForwardWord.ParseRule(Share.Name, $"localhost:{text}", mayLackHost: false)),
        ],
        [.. listens.Select(text => ForwardWord.ParseRule(AllowListen.Name, text, mayLackHost: true))],
        [.. allowed.Where(IsPath)],
        allowed.Contains(ForwardWord.Any));

    private static bool IsPath(string text) => text.StartsWith('/');

    private static bool IsPlace(string text) => !IsPath(text) && text != ForwardWord.Any;

    // What the other side must allow for this side.
    private static IEnumerable<string> PeerNeeds(
        IEnumerable<ForwardSpec> locals, IEnumerable<ForwardSpec> remotes, bool hasProxy, OpenRequest? stdio)
    {
        IEnumerable<string> targets = locals.Select(local => local.Target).Concat(stdio is { } one ? [one] : []).Select(PlaceOf).Distinct();
        IEnumerable<OpenRequest> places = remotes.Select(remote => remote.Place).Select(
            place => place with { Text = place.Text.Length == 0 ? "localhost" : place.Text });
        return
        [
            .. hasProxy ? [$"{Allow.Name} {ForwardWord.Any}"] : targets.Select(target => $"{Allow.Name} {target}"),
            .. places.Select(PlaceOf).Distinct().Select(place => $"{AllowListen.Name} {place}"),
        ];
    }

    // What the other side can use of what this side allows.
    private static IEnumerable<string> PeerUses(IEnumerable<string> allowed, IEnumerable<string> shared) => allowed
        .Where(IsPlace).Select(text => ForwardWord.ParseRule(Allow.Name, text, mayLackHost: false))
        .Concat(shared.Select(text => ForwardWord.ParseRule(Share.Name, $"localhost:{text}", mayLackHost: false)))
        .Select(Use);

    private static string Use(AllowRule rule)
    {
        if (rule is not { Host: { } host, Port: { } port }) { return ""; }

        int own = port < LeastOwnPort ? port + OwnPortShift : port;
        string place = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return string.Create(CultureInfo.InvariantCulture, $"{Local.Name} {own}{(rule.IsUdp ? "/udp" : "")}:{place}:{port}");
    }

    private static string PlaceOf(OpenRequest request) => request.Kind.HasDatagrams() ? $"{request.Target}/udp" : request.Target;
}
