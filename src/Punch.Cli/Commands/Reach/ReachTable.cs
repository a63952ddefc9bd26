using Punch.Cli.Options;
using Punch.Cli.Parsing;
using Punch.Cli.Session;
using Punch.Protocol.Session;

namespace Punch.Cli.Commands.Reach;

/// <summary>The command line of <c>punch remote-host [remote-port]</c>.</summary>
internal static class ReachTable
{
    private const string Usage = "punch <remote-host> [<remote-port>]";

    private static readonly PeerOptionTable Peer = new(
        PeerOptions.DefaultPort,
        $"{PeerOptions.DefaultPort}",
        ("Stop after this time, with or without a path", "no limit"),
        SessionOptions.MaxSize,
        "Send standard input to the peer, one datagram per line, and print the peer's data. Lost datagrams are counted and not sent "
            + "again: 'punch meet --pipe' loses nothing. Ends when both inputs have ended. All other output goes to stderr",
        "Print only the first line and the statistics");

    private static readonly FlagOption OneWay = new() { Name = "--one-way-ok", Help = "Accept one-way (inbound) traffic as success" };

    private static readonly FlagOption Tcp = new()
    {
        Name = "--tcp",
        Help = "Open a TCP connection instead of a UDP path. The peer must use --tcp, too",
    };

    /// <summary>The table.</summary>
    public static readonly CommandSpec Spec = new()
    {
        Summary = "Open a direct UDP path between two machines behind NATs or firewalls, and prove that it works in both directions.",
        Usage = [$"{Usage} [options]", $"{Usage} [options] -- <command> [<arg>...]"],
        Description =
        [
            "Run it on both machines, each naming the other; either side may start first. It runs until Ctrl-C and then prints "
                + "statistics, like ping. "
                + "To try it on one machine, run 'punch localhost'.",
        ],
        Operands = new OptionSection(
            "Arguments",
            new HelpEntry("<remote-host>", "The peer's name, IPv4 address or IPv6 address. The port may follow: host:port or [ipv6]:port"),
            new HelpEntry("<remote-port>", $"The peer's UDP port [default: {PeerOptions.DefaultPort}]")),
        OperandPlaces = [Completes.Hosts, Completes.Nothing],
        AfterDashes = AfterDashes.CommandAfterOperand,
        Sections =
        [
            new OptionSection("Addresses", Peer.LocalPort, PeerOptionTable.Bind, CommonOptions.V4, CommonOptions.V6, Tcp),
            new OptionSection("When to stop", PeerOptionTable.Count, Peer.Deadline, OneWay),
            new OptionSection(
                "Use of the path",
                Peer.Pipe,
                new HelpEntry(
                    "-- <command> [<arg>...]",
                    "Once both sides have proof, free the port and run this command. It finds the path in PUNCH_LOCAL_PORT, "
                        + "PUNCH_REMOTE_HOST and "
                        + "PUNCH_REMOTE_PORT. punch exits with its exit code"),
                PeerOptionTable.PassSocket),
            new OptionSection("Messages", PeerOptionTable.Interval, Peer.Size),
            new OptionSection("Output", Peer.Quiet, PeerOptionTable.Verbose, CommonOptions.Json, CommonOptions.Version, CommonOptions.Help),
        ],
        Notes = [CommonOptions.TimeNote, "If the host has the name of a command, put '--' before it: 'punch -- nat'."],
        Examples =
        [
            new HelpEntry("punch peer.example", "Open a path to peer.example and show the round-trip times"),
            new HelpEntry("punch 203.0.113.7 40122 -p 5000", "From local port 5000 to port 40122"),
            new HelpEntry("punch '[2001:db8::7]:6311' --json", "An IPv6 address with a port; JSON output"),
            new HelpEntry("punch peer.example -c 1 -w 10 -q", "In a script: does a two-way path open within 10 seconds?"),
            new HelpEntry("punch peer.example --pipe < backup.tar", "Send a file; the peer adds: --pipe < /dev/null > file"),
        ],
        ExitCodes =
        [
            new ExitMeaning(ExitCode.Success, "A two-way path was proven (with --one-way-ok: the peer was heard)"),
            new ExitMeaning(ExitCode.NoPath, "No two-way path, one that was broken at the end, or --pipe did not transfer everything"),
            new ExitMeaning(ExitCode.Usage, "Wrong usage, or a name that does not resolve"),
            new ExitMeaning(ExitCode.Local, "Local network error: port taken, no route, no permission"),
            new ExitMeaning(ExitCode.OtherVersion, "The peer speaks another version of punch"),
            new ExitMeaning(ExitCode.CommandNotExecutable, "The command after '--' cannot be run"),
            new ExitMeaning(ExitCode.CommandNotFound, "The command after '--' does not exist"),
            new ExitMeaning(ExitCode.Interrupted, "Interrupted before a path was proven"),
        ],
    };

    /// <summary>Reads a command line.</summary>
    public static Request<PeerOptions> Parse(IReadOnlyList<string> arguments) => Request<PeerOptions>.Parse(Spec, arguments, Read);

    private static PeerOptions Read(CommandLine line)
    {
        PeerTarget.Host host = ReadHost(line);
        PeerOptions options = Peer.Read(line, host, line.Has(Tcp), OneWay);
        PeerOptionTable.RequireFamily(options, host.Remote.Literal, "remote");
        return options with { Requirement = line.Has(OneWay) ? Requirement.OneWay : Requirement.TwoWay };
    }

    private static PeerTarget.Host ReadHost(CommandLine line)
    {
        IReadOnlyList<string> words = line.Operands;
        if (words.Count == 0) { throw Refuse("no remote host given", $"usage: {Usage}; 'punch --help' shows more"); }

        if (line.OperandsBeforeDashes > 0 && CommandName.IsCommand(words[0]))
        {
            throw Refuse(
                $"the command '{words[0]}' must come first: punch {words[0]} ...", $"to reach a host of that name: punch -- {words[0]}");
        }

        RemoteTarget remote = RemoteTarget.Parse(words[0]);
        if (words.Count == 1) { return new PeerTarget.Host(remote, remote.Port ?? PeerOptions.DefaultPort); }

        if (words.Count > 2) { throw Refuse($"unexpected argument '{words[2]}'"); }

        return remote.Port is null
            ? new PeerTarget.Host(remote, ReadPort(words[1]))
            : throw Refuse($"the port is given twice, in '{words[0]}' and as '{words[1]}'");
    }

    private static ushort ReadPort(string word) =>
        NumberText.Parse(word, "a port", 1, ushort.MaxValue, out long port) is { } problem
            ? throw Refuse($"'{word}' {problem}")
            : (ushort)port;

    private static FailureException Refuse(string message, string hint = $"usage: {Usage}") => new(Failure.Usage(message, hint));
}
