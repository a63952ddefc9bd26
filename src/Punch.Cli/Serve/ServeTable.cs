using Punch.Cli.Options;
using Punch.Cli.Parsing;
using Punch.Protocol;
using Punch.Server;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;
using Punch.Serving.Stun;

namespace Punch.Cli.Serve;

/// <summary>The options of <c>punch serve</c>.</summary>
internal static class ServeTable
{
    /// <summary>The highest rate: more than any network path carries, and well within the limiter's resolution.</summary>
    private const int MaxRate = 1_000_000;

    // The same relation as in the default. A household's tests come all at once and then not for a while.
    private static readonly double BurstPerRate = (double)RateLimit.Stun.Burst / RateLimit.Stun.PerSecond;

    private static readonly ValueOption<string> Listen = new("address", ValueKinds.Word("a local address, with or without a port"))
    {
        Name = "--listen",
        Letter = "-l",
        Occurrence = Occurrence.Many,
        Help = "Serve on this local address, with or without a port. May be repeated",
        DefaultText = "all addresses, port 3478",
    };

    private static readonly ValueOption<string> Alternate = new(
        "address", ValueKinds.Word("a local address, with or without a port; or a port"))
    {
        Name = "--alternate",
        Letter = "-a",
        Occurrence = Occurrence.Many,
        Help = "A second local address, so that 'punch nat' can test everything (RFC 5780). Its port is the next one unless given. A "
            + "port alone allows "
            + "half of the tests",
    };

    private static readonly ValueOption<string> Public = new("a,b", ValueKinds.Word("two addresses of one family"))
    {
        Name = "--public",
        Occurrence = Occurrence.Many,
        Help = "The public addresses of --listen and --alternate, behind a one-to-one NAT. Once for each family",
    };

    private static readonly FlagOption NoTcp = new() { Name = "--no-tcp", Help = "Serve UDP only" };

    private static readonly ValueOption<RateLimit?> Limit = new("n", new ValueKind<RateLimit?>($"1 to {MaxRate}, or 'off'", ParseLimit))
    {
        Name = "--rate-limit",
        Help = "Replies per second to each /24 (IPv4) or /56 (IPv6), with bursts of 2.5 times as many. 'off' lifts this limit and "
            + "those on joins, and on rooms and relays of a network",
        Default = RateLimit.Stun,
        DefaultText = $"{RateLimit.Stun.PerSecond}; joins 20, bursts of 100",
    };

    private static readonly ValueOption<int> MaxRooms = new(
        "n", ValueKinds.SmallNumber("a number of rooms", 0, MemoryRooms.MostRooms))
    {
        Name = "--max-rooms",
        Help = "Pairs that may meet or wait at once; 0 serves STUN only",
        Default = MemoryRooms.DefaultMaxRooms,
        DefaultText = $"{MemoryRooms.DefaultMaxRooms}, which take 40 to 130 MB",
    };

    private static readonly ValueOption<string> PasswordFile = new("file", ValueKinds.Word("a file"))
    {
        Name = "--password-file",
        Completes = Completes.Files,
        Help = "Only those who know the password in the first line of this file may meet here and be relayed. STUN is for everybody",
    };

    private static readonly FlagOption SmallAnswers = new()
    {
        Name = "--small-answers",
        Help = "Never reply with more bytes than came, except the client's address. By default, a server with two addresses replies "
            + "to 20 bytes with 68, or "
            + "116 over IPv6 (RFC 5780)",
    };

    private static readonly ValueOption<TimeSpan> Stats = new("time", ValueKinds.PrintInterval)
    {
        Name = "--stats",
        Help = "Print counters this often, and at the end",
        DefaultText = "never",
    };

    private static readonly ValueOption<TransportAddress> Metrics = new(
        "address", new ValueKind<TransportAddress>("a loopback address with a port", ParseMetrics))
    {
        Name = "--metrics",
        Help = "Serve the counters to Prometheus at http://<address>/metrics, and /healthz beside it; a loopback address with a port",
        DefaultText = "off",
    };

    private static readonly FlagOption Quiet = new() { Name = "--quiet", Letter = "-q", Help = "Log only problems" };

    private static readonly FlagOption Verbose = new()
    {
        Name = "--verbose",
        Letter = "-v",
        Help = "Also log connections, with client addresses; -vv also logs every request",
    };

    /// <summary>The table.</summary>
    public static readonly CommandSpec Spec = new()
    {
        Name = CommandName.Serve,
        Summary = "Run a server that introduces the two sides of 'punch meet' to each other and answers 'punch nat' and any other "
            + "STUN client.",
        Usage = ["punch serve [options]", "punch serve --tls <cert> <key> [options]"],
        Description =
        [
            "One port serves both. Two who find no direct way are relayed there, too, within limits. The server cannot read what peers "
                + "send each other, forgets them within minutes and needs no privileges. It runs until SIGINT or SIGTERM, and without "
                + "--tls until SIGHUP.",
        ],
        Operands = StreamFlags.Operands,
        OperandPlaces = [Completes.Files],
        Sections =
        [
            new OptionSection("Addresses", Listen, Alternate, Public, NoTcp),
            StreamFlags.Section,
            new OptionSection("Limits", PasswordFile, Limit, MaxRooms, SmallAnswers),
            RelayFlags.Section,
            new OptionSection("Output", Stats, Metrics, Quiet, Verbose, CommonOptions.Json, CommonOptions.Version, CommonOptions.Help),
        ],
        Notes =
        [
            "An <address> is an IPv4 or IPv6 address. With a port, write 192.0.2.1:3478 or '[2001:db8::1]:3478'.",
            "With --json, the log on stderr is JSON as well.",
            CommonOptions.TimeNote,
        ],
        Examples =
        [
            new HelpEntry("punch serve", "Then, on both sides: punch meet --via <this machine>"),
            new HelpEntry("punch serve --listen 203.0.113.1 --alternate 203.0.113.2", "Two addresses: everything 'punch nat' can ask"),
            new HelpEntry(
                "punch serve -l 10.0.0.1 -a 10.0.0.2 --public 203.0.113.1,203.0.113.2", "The same in a cloud, behind a one-to-one NAT"),
            new HelpEntry("punch serve --tls fullchain.pem privkey.pem", "TLS on port 443, too, for networks that let nothing else out"),
            new HelpEntry("punch serve --stats 60 --metrics 127.0.0.1:9478 --json", "Counters for programs and for Prometheus"),
        ],
        ExitCodes =
        [
            new ExitMeaning(ExitCode.Success, "Stopped by a signal"),
            new ExitMeaning(ExitCode.Usage, "Wrong usage"),
            new ExitMeaning(ExitCode.Local, "Local network error: port taken, no such address, no permission"),
        ],
    };

    /// <summary>Reads the arguments after <c>serve</c>.</summary>
    public static Request<ServeOptions> Parse(IReadOnlyList<string> arguments) =>
        Request<ServeOptions>.Parse(Spec, arguments, line => Check(Read(line)));

    private static ServeOptions Read(CommandLine line)
    {
        IReadOnlyList<ServedAddress> plain = ListenAddresses.Read(line.All(Listen), line.All(Alternate), line.All(Public));
        (string Certificate, string Key)? certificate = StreamFlags.ReadCertificate(line);
        return new ServeOptions
        {
            Addresses = ListenAddresses.RequireDistinct([.. plain, .. StreamFlags.ReadAddresses(line, plain)]),
            Certificate = certificate,
            Proxies = StreamFlags.ReadProxies(line),
            HasTcp = !line.Has(NoTcp),
            Limit = line.Get(Limit),
            MaxRooms = line.Get(MaxRooms),
            Relay = RelayFlags.Read(line),
            Password = new PasswordPlace(line.Get(PasswordFile)),
            Drain = RelayFlags.ReadDrain(line),
            ReplySize = line.Has(SmallAnswers) ? StunReplySize.NeverLarger : StunReplySize.AllAddresses,
            Metrics = line.Find(Metrics),
            Statistics = line.Find(Stats),
            IsJson = line.Has(CommonOptions.Json),
            IsQuiet = line.Has(Quiet),
            Verbosity = line.Times(Verbose),
        };
    }

    /// <summary>Checks what depends on several options: the metrics need a TCP port of their own.</summary>
    private static ServeOptions Check(ServeOptions options)
    {
        bool isTaken = options.HasTcp && options.Metrics is { } metrics && ListenAddresses.Serves(options.Addresses, metrics);
        return isTaken
            ? throw Refuse($"--metrics {options.Metrics} is an address that serves STUN", "use another port, such as 9478")
            : options;
    }

    private static RateLimit? ParseLimit(string option, string text)
    {
        if (text == "off") { return null; }

        int rate = ValueKinds.SmallNumber("'off' or a number of replies per second", 1, MaxRate).Parse(option, text);
        return new RateLimit(rate, (int)Math.Ceiling(rate * BurstPerRate));
    }

    private static TransportAddress ParseMetrics(string option, string text)
    {
        (HostAddress host, ushort? port) = ListenAddresses.ParseAddress(text, option);
        if (port is not { } number) { throw Refuse($"{option} '{text}' names no port", $"9478 is usual: {option} 127.0.0.1:9478"); }

        return host.IsLoopback
            ? new TransportAddress(host, number)
            : throw Refuse(
                $"{option} '{text}' is not a loopback address: anyone who can reach it could read it without a password",
                "use 127.0.0.1 or ::1; for other machines, put a proxy or tunnel with a password in front");
    }

    private static FailureException Refuse(string message, string? hint) => new(Failure.Usage(message, hint));
}
