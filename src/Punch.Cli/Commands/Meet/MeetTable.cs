using Punch.Cli.Forwards;
using Punch.Cli.HandOver;
using Punch.Cli.Options;
using Punch.Cli.Parsing;
using Punch.Cli.Session;
using Punch.Net.Streams;
using Punch.Protocol.Channels;
using Punch.Protocol.Frames;
using Punch.Protocol.Session;

namespace Punch.Cli.Commands.Meet;

/// <summary>The command line of <c>punch meet</c>.</summary>
internal static class MeetTable
{
    private static readonly ValueOption<string> Via = new(
        "server", ValueKinds.Word("a name or an address, with or without a port, and a scheme before it"))
    {
        Name = "--via",
        Occurrence = Occurrence.Many,
        Completes = Completes.Hosts,
        Help = "The server that introduces the two sides: host or host:port. Both sides need the same one. udp://, tcp://, tls:// "
            + "or wss:// before it insists on that way, and #sha256=<pin> behind it on that key. May be repeated",
        DefaultText = $"first in {EnvironmentDefaults.ServerVariable}; port 3478",
    };

    private static readonly ValueOption<HttpProxy> Proxy = new("url", new ValueKind<HttpProxy>("http://host:port", ProxyWord.Parse))
    {
        Name = "--proxy",
        Help = "The HTTP proxy to the server, for a network that lets nothing else out",
        DefaultText = "HTTPS_PROXY, else ALL_PROXY",
    };

    private static readonly ValueOption<string> PasswordFile = new("file", ValueKinds.Word("a file"))
    {
        Name = "--server-password-file",
        Completes = Completes.Files,
        Help = "The file whose first line is the password of the server, if it has one",
    };

    private static readonly FlagOption Private = new()
    {
        Name = "--private",
        Help = "Try all private addresses of the peer. Without it, those on a network of this machine, those with a route of their own, "
            + "and those behind the same public address",
    };

    private static readonly FlagOption Direct = new()
    {
        Name = "--direct",
        Help = "Use a direct path or none: never the relay of the server",
    };

    private static readonly FlagOption RelayOnly = new()
    {
        Name = "--relay-only",
        Help = "Use the relay of the server alone, and do not tell the peer the addresses of this machine",
    };

    private static readonly ValueOption<string> Turn = new(
        "url", ValueKinds.Word("turn:[user@]host[:port][?transport=udp|tcp], or turns: for TLS"))
    {
        Name = "--turn",
        Completes = Completes.Nothing,
        Help = "A TURN server (RFC 8656) that relays where no direct path opens, before the relay of the server does. "
            + "One side is enough",
    };

    private static readonly ValueOption<string> TurnPasswordFile = new("file", ValueKinds.Word("a file whose first line is the password"))
    {
        Name = "--turn-password-file",
        Completes = Completes.Files,
        Help = "The password for the TURN server",
        DefaultText = EnvironmentDefaults.TurnPasswordVariable,
    };

    private static readonly ValueOption<string> Send = new("path", ValueKinds.Word("files and folders"))
    {
        Name = PastedLine.Send,
        Occurrence = Occurrence.Many,
        Spread = Spread.Many,
        IsValue = word => !CodeReader.IsCode(word),
        Completes = Completes.Files,
        Help = "Send files and folders to the peer, which needs --receive. A copy that was cut short goes on where it stopped when both "
            + "sides run again. Links in folders are left out",
    };

    private static readonly ValueOption<string> Receive = new("folder", ValueKinds.Word("a folder"))
    {
        Name = PastedLine.Receive,
        Spread = Spread.Optional,
        BareValue = CopyRequest.CurrentFolder,
        IsValue = word => !CodeReader.IsCode(word),
        Completes = Completes.Files,
        Help = "Receive what the peer sends with --send into this folder, and never outside it. Each file is checked by its SHA-256. "
            + "Asks before it overwrites a file",
        DefaultText = "the current folder",
    };

    private static readonly FlagOption Force = new()
    {
        Name = "--force",
        Help = "With --receive: overwrite files without a question",
    };

    // What every path carries: the 1,280 bytes of IPv6, less its header and that of UDP.
    private const int SmallestDatagram = 1_232;

    private static readonly FlagOption Datagrams = new()
    {
        Name = "--datagrams",
        Help = "With --pipe: send each line in a datagram of its own. Lost datagrams are counted and not sent again. For media",
    };

    private static readonly ValueOption<TimeSpan> Report = new("time", ValueKinds.Duration)
    {
        Name = "--report",
        Help = "With --pipe or a forward: report this often how it goes. With --datagrams: loss, jitter, reordering and duplicates, as at "
            + "the end",
        DefaultText = "at the end",
    };

    private static readonly PeerOptionTable Peer = new(
        localPort: 0,
        "any free port",
        ("Give up after this time", "wait without limit, then try for 30s"),
        SealedSession.MaxBodyLength,
        "Send standard input to the peer and print what the peer sends. Nothing is lost. Ends when both inputs have ended and all "
            + "bytes are written on the other side. All other output goes to stderr",
        "Print only the first lines and the statistics");

    /// <summary>The table.</summary>
    public static readonly CommandSpec Spec = new()
    {
        Name = CommandName.Meet,
        Summary = "Open a direct, encrypted UDP path to a peer that has the same code. Neither side needs to know the other's address.",
        Usage =
        [
            "punch meet [<code>] --via <server> [options]",
            "punch meet [<code>] --at <host> | --listen [options]",
            "punch meet [<code>] ... [options] -- <command> [<arg>...]",
        ],
        Description =
        [
            "Without a code, it makes one and prints the command for the peer. Send that command over a channel you trust: whoever "
                + "has the code can "
                + "be the peer. Either side may start first.",
            "The server tells each side the other's address and has no part in what follows. It sees neither the code nor the keys "
                + "nor the data. "
                + "Run 'punch serve' on any machine with a public address.",
        ],
        Operands = new OptionSection(
            "Arguments",
            new HelpEntry(
                "<code>",
                "20 letters and digits; case, dashes, spaces and quotes do not matter. '-' reads it from standard input. The whole "
                    + "line that the other side printed will do, too")),
        OperandPlaces = [Completes.Nothing],
        AfterDashes = AfterDashes.Command,
        Sections =
        [
            new OptionSection("The server", Via, Proxy, PasswordFile),
            new OptionSection("Without a server", AddressOptions.At, AddressOptions.Listen),
            new OptionSection("Addresses", Peer.LocalPort, PeerOptionTable.Bind, CommonOptions.V4, CommonOptions.V6),
            new OptionSection("What may carry the path", Private, Direct, RelayOnly, Turn, TurnPasswordFile),
            new OptionSection("When to stop", PeerOptionTable.Count, Peer.Deadline),
            new OptionSection(
                "Use of the path",
                Peer.Pipe,
                Datagrams,
                Report,
                Send,
                Receive,
                Force,
                new HelpEntry(
                    "-- <command> [<arg>...]",
                    "Once both sides have proof, free the port and run this command. It finds the path in PUNCH_LOCAL_PORT, "
                        + "PUNCH_REMOTE_HOST and "
                        + "PUNCH_REMOTE_PORT. punch exits with its exit code. Its traffic is not encrypted"),
                PeerOptionTable.PassSocket),
            ForwardOptions.Section,
            new OptionSection("Messages", PeerOptionTable.Interval, Peer.Size),
            new OptionSection("Output", Peer.Quiet, PeerOptionTable.Verbose, CommonOptions.Json, CommonOptions.Version, CommonOptions.Help),
        ],
        Variables =
        [
            new HelpEntry(EnvironmentDefaults.ServerVariable, "The server, if --via is not given; of several, the first"),
            new HelpEntry(
                EnvironmentDefaults.CodeVariable, "The code, if none is given; other users of this machine can see a command line"),
            new HelpEntry(PasswordPlace.Variable, "The password of the server, if --server-password-file is not given"),
            new HelpEntry(EnvironmentDefaults.TurnUserVariable, "The user name for the TURN server, if its URL has none"),
            new HelpEntry(EnvironmentDefaults.TurnPasswordVariable, "The password for the TURN server"),
            new HelpEntry(
                EnvironmentDefaults.MaxDatagramVariable,
                "The largest datagram of --pipe, in bytes; without it the largest that passes is searched for"),
        ],
        Notes = [CommonOptions.TimeNote],
        Examples =
        [
            new HelpEntry("punch meet --via punch.example", "Make a code and wait for the peer"),
            new HelpEntry("punch meet 7k3m-9q2p-xv4t-h8rn-5wzc --via punch.example", "On the other machine"),
            new HelpEntry("punch meet --listen", "Without a server: wait for a peer that knows this host's address"),
            new HelpEntry("punch meet --via punch.example --send photos notes.txt", "Send files and folders; the peer adds: --receive"),
            new HelpEntry("punch meet --via punch.example --pipe < backup.tar", "Send a file; the peer adds: --pipe < /dev/null > file"),
        ],
        ExitCodes =
        [
            new ExitMeaning(ExitCode.Success, "A two-way path was proven"),
            new ExitMeaning(
                ExitCode.NoPath,
                "The peer did not come, no direct path opened or it was broken at the end, or --pipe, --send or --receive did not "
                    + "transfer all"),
            new ExitMeaning(ExitCode.Usage, "Wrong usage, or a server name that does not resolve"),
            new ExitMeaning(ExitCode.Local, "Local network error: port taken, no route, no permission"),
            new ExitMeaning(ExitCode.Server, "The server did not answer, or refused"),
            new ExitMeaning(ExitCode.RelayedOnly, "With --direct or a command after '--': no direct path opened, but the server relays"),
            new ExitMeaning(ExitCode.OtherVersion, "The peer failed to authenticate, or speaks another version of punch"),
            new ExitMeaning(ExitCode.CommandNotExecutable, "The command after '--' cannot be run"),
            new ExitMeaning(ExitCode.CommandNotFound, "The command after '--' does not exist"),
            new ExitMeaning(ExitCode.Interrupted, "Interrupted before a path was proven"),
        ],
    };

    /// <summary>Reads what comes after <c>meet</c>.</summary>
    public static Request<PeerOptions> Parse(IReadOnlyList<string> arguments, EnvironmentDefaults environment) =>
        Request<PeerOptions>.Parse(Spec, arguments, line => Read(line, environment));

    private static PeerOptions Read(CommandLine line, EnvironmentDefaults environment)
    {
        PeerOptions options = Peer.Read(line, Nobody, isTcp: false);
        GivenCode? given = CodeReader.Read(line.Operands, environment);
        options = options with
        {
            TriesPrivate = line.Has(Private),
            Purpose = ReadPurpose(line, options, given),
            Report = line.Find(Report),
            MaxDatagram = ReadMaxDatagram(environment),
        };
        OptionSpec[] misfits = [Via, Proxy, PasswordFile, Direct, RelayOnly, Turn, TurnPasswordFile];
        return AddressOptions.Read(line, given, line.Has(Via), misfits) is { } target
            ? ReadAddress(line, options, target, given)
            : ReadServer(line, options, given, environment);
    }

    private static PeerOptions ReadAddress(CommandLine line, PeerOptions options, PeerTarget.At target, GivenCode? given)
    {
        PeerOptionTable.RequireFamily(options, target.Remote?.Literal, "peer's");
        ushort port = line.Has(Peer.LocalPort) ? options.LocalPort : given?.LocalPort ?? PeerOptions.DefaultPort;
        return options with { Target = target, LocalPort = port };
    }

    private static PeerOptions ReadServer(CommandLine line, PeerOptions options, GivenCode? given, EnvironmentDefaults environment)
    {
        RelayPermission relay = ReadRelay(line, options);

        // What the command line does not say may come from a pasted line, which goes before the defaults: it is what the peer uses.
        string typed = line.Has(Via) ? string.Join(',', line.All(Via)) : given?.Server ?? "";
        string server = typed.Length > 0 ? typed : environment.Servers is [string first, ..] ? first : throw NoServer();
        ServerWay[] ways = ServerWay.ParseAll(server);
        if (ways.Length == 0) { throw NoServer(); }

        var target = new PeerTarget.Meeting(given?.Code, ways[0].Server, server)
        {
            Ways = ways,
            Proxy = line.Has(Proxy) ? line.Get(Proxy) : null,
            Relay = relay,
            Turn = ReadTurn(line, options, environment),
            Password = new PasswordPlace(line.Get(PasswordFile), environment.Password),
        };
        PeerOptionTable.RequireFamily(options, target.Server.Literal, "server's");
        return options with { Target = target };
    }

    private static int ReadMaxDatagram(EnvironmentDefaults environment)
    {
        if (string.IsNullOrEmpty(environment.MaxDatagram)) { return SessionOptions.MaxSize; }

        string? fault = NumberText.Parse(
            environment.MaxDatagram, "a size in bytes", SmallestDatagram, SessionOptions.MaxSize, out long size);
        return fault is null
            ? (int)size
            : throw new FailureException(Failure.Usage($"{EnvironmentDefaults.MaxDatagramVariable} {fault}"));
    }

    private static PathPurpose ReadPurpose(CommandLine line, PeerOptions options, GivenCode? given)
    {
        if (line.Has(Datagrams) && !line.Has(Peer.Pipe)) { throw new FailureException(Failure.Usage("--datagrams needs --pipe")); }

        ForwardPlan? forwards = ForwardOptions.Read(line);
        if (line.Has(Report) && !line.Has(Peer.Pipe) && forwards is null)
        {
            throw new FailureException(Failure.Usage("--report needs --pipe or a forward"));
        }

        bool copies = line.Has(Send) || line.Has(Receive) || line.Has(Force);
        if (forwards is not null && (copies || options is not { Purpose.Use: PathUse.Messages, Count: null }))
        {
            throw new FailureException(Failure.Usage($"{ForwardOptions.Given(line)} cannot be used with {OtherPurpose(line)}"));
        }

        if (forwards is not null) { return PathPurpose.Forward(forwards); }

        if (ReadCopy(line, options, given) is { } copy) { return PathPurpose.Copying(copy); }

        if (line.Has(Peer.Pipe)) { return line.Has(Datagrams) ? PathPurpose.Data : PathPurpose.Pipe; }

        bool isFree = options is { Purpose.Use: PathUse.Messages, Count: null };
        return isFree ? given?.Purpose ?? options.Purpose : options.Purpose;
    }

    private static string OtherPurpose(CommandLine line) =>
        line.Has(Send) ? Send.Name
        : line.Has(Receive) ? Receive.Name
        : line.Has(Force) ? Force.Name
        : line.Has(Peer.Pipe) ? Peer.Pipe.Name : line.Has(PeerOptionTable.Count) ? PeerOptionTable.Count.Name : "a command after '--'";

    private static CopyRequest? ReadCopy(CommandLine line, PeerOptions options, GivenCode? given)
    {
        if (!line.Has(Send) && !line.Has(Receive))
        {
            CopyRequest? pasted = options.Purpose == PathPurpose.Messages ? given?.Purpose?.Copy : null;

            // Only this side knows its files.
            return pasted is { Folder: null }
                ? throw new FailureException(Failure.Usage("the peer waits for files: name them with --send <path>..."))
                : ReadForce(line, pasted);
        }

        string name = line.Has(Send) ? Send.Name : Receive.Name;
        string? other = line.Has(Send) && line.Has(Receive) ? Receive.Name
            : options.Purpose.IsPipe ? Peer.Pipe.Name
            : options.Purpose.Use == PathUse.HandOver ? "a command after '--'"
            : line.Has(PeerOptionTable.Count) ? PeerOptionTable.Count.Name
            : null;
        if (other is not null) { throw new FailureException(Failure.Usage($"{name} and {other} cannot be used together")); }

        return ReadForce(line, new CopyRequest { Sent = line.All(Send), Folder = line.Get(Receive) });
    }

    private static CopyRequest? ReadForce(CommandLine line, CopyRequest? request) => !line.Has(Force) ? request
        : request is { Folder: not null } ? request with { Overwrites = true }
        : throw new FailureException(Failure.Usage("--force needs --receive"));

    private static RelayPermission ReadRelay(CommandLine line, PeerOptions options)
    {
        if (line.Has(Direct) && line.Has(RelayOnly))
        {
            throw new FailureException(Failure.Usage("--direct and --relay-only exclude each other"));
        }

        if (line.Has(RelayOnly) && options.Purpose.Use == PathUse.HandOver)
        {
            throw new FailureException(Failure.Usage("--relay-only has no port to hand to a command after '--'"));
        }

        return line.Has(Direct) ? RelayPermission.Never : line.Has(RelayOnly) ? RelayPermission.Only : RelayPermission.Fallback;
    }

    private static TurnChoice? ReadTurn(CommandLine line, PeerOptions options, EnvironmentDefaults environment)
    {
        string? file = line.Get(TurnPasswordFile);
        if (line.Get(Turn) is not { } url)
        {
            return file is null ? null : throw Contradiction("--turn-password-file is for a TURN server", "name the server with --turn");
        }

        if (line.Has(Direct)) { throw Contradiction("--direct and --turn contradict each other", "leave one of them out"); }

        if (options.Purpose.Use == PathUse.HandOver)
        {
            throw Contradiction("--turn is of no use to a command after '--', which gets the bare port", "leave out --turn");
        }

        return TurnChoice.Read(url, file, environment.TurnUser, environment.TurnPassword);
    }

    private static FailureException Contradiction(string message, string hint) => new(Failure.Usage(message, hint));

    private static readonly PeerTarget.Meeting Nobody = new(Code: null, new RemoteTarget("", null, null), "");

    private static FailureException NoServer() => new(Failure.Usage(
        "no server given: use --via <server>",
        $"both sides need the same 'punch serve'; {EnvironmentDefaults.ServerVariable} sets a default"));
}
