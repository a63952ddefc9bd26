using Punch.Cli.HandOver;
using Punch.Cli.Options;
using Punch.Cli.Parsing;
using Punch.Cli.Session;
using Punch.Protocol;

namespace Punch.Cli.Commands;

/// <summary>The options that all commands share which open a path; some differ a little from command to command.</summary>
internal sealed class PeerOptionTable
{
    /// <summary>The only local address.</summary>
    public static readonly ValueOption<HostAddress> Bind = new("address", ValueKinds.Address)
    {
        Name = "--bind",
        Letter = "-B",
        Help = "Use only this local address",
        DefaultText = "all",
    };

    /// <summary>How many replies are enough.</summary>
    public static readonly ValueOption<long> Count = new("n", ValueKinds.Number("a count", 1, uint.MaxValue))
    {
        Name = "--count",
        Letter = "-c",
        Help = "Stop after this many replies",
        DefaultText = "no limit",
    };

    /// <summary>The longest pause.</summary>
    public static readonly ValueOption<TimeSpan> Interval = new("time", ValueKinds.DurationOrZero)
    {
        Name = "--interval",
        Letter = "-i",
        Help = "Wait at most this long between messages (waits are random); 0 floods",
        Default = PeerOptions.DefaultInterval,
        DefaultText = "3s",
    };

    /// <summary>Whether the command after the dashes gets the bound socket.</summary>
    public static readonly FlagOption PassSocket = new()
    {
        Name = "--pass-socket",
        Help = "Keep the port bound and hand the socket itself to the command, as descriptor 3: PUNCH_FD=3, LISTEN_FDS=1 and LISTEN_PID, "
            + "as systemd has it. No other program can take the port meanwhile. The command must not bind the port itself",
    };

    /// <summary>More lines.</summary>
    public static readonly FlagOption Verbose = new()
    {
        Name = "--verbose",
        Letter = "-v",
        Help = "Also print what is sent; -vv and -vvv add a log on stderr",
    };

    /// <summary>Declares those that differ.</summary>
    /// <param name="localPort">The default of the local port.</param>
    /// <param name="localPortText">The same in words.</param>
    /// <param name="deadline">What the command does at the deadline, and without one.</param>
    /// <param name="maxSize">The largest message, in bytes.</param>
    /// <param name="pipe">How it carries standard input and output.</param>
    /// <param name="quiet">What it prints when it is quiet.</param>
    public PeerOptionTable(
        ushort localPort, string localPortText, (string Help, string Default) deadline, int maxSize, string pipe, string quiet)
    {
        LocalPort = new ValueOption<int>("port", ValueKinds.SmallNumber("a port", 0, ushort.MaxValue))
        {
            Name = "--local-port",
            Letter = "-p",
            Help = "Use this local UDP port; 0 takes any free port",
            Default = localPort,
            DefaultText = localPortText,
        };
        Deadline = new ValueOption<TimeSpan>("time", ValueKinds.Duration)
        {
            Name = "--deadline",
            Letter = "-w",
            Help = deadline.Help,
            DefaultText = deadline.Default,
        };
        Size = new ValueOption<int>("bytes", ValueKinds.SmallNumber("a size in bytes", 0, maxSize))
        {
            Name = "--size",
            Letter = "-s",
            Help = FormattableString.Invariant($"Pad messages to this size, at most {maxSize}"),
            DefaultText = "no padding",
        };
        Pipe = new FlagOption { Name = "--pipe", Help = pipe };
        Quiet = new FlagOption { Name = "--quiet", Letter = "-q", Help = quiet };
    }

    /// <summary>The local port.</summary>
    public ValueOption<int> LocalPort { get; }

    /// <summary>The latest end.</summary>
    public ValueOption<TimeSpan> Deadline { get; }

    /// <summary>The size of messages.</summary>
    public ValueOption<int> Size { get; }

    /// <summary>Whether the path carries standard input and output.</summary>
    public FlagOption Pipe { get; }

    /// <summary>Fewer lines.</summary>
    public FlagOption Quiet { get; }

    /// <summary>Reads what all commands that open a path are asked.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="target">Whom to reach.</param>
    /// <param name="isTcp">Whether the path is a TCP connection, which a command gets only as a socket.</param>
    /// <param name="misfits">Further options of the command that cannot be used with <c>--pipe</c> or a command after <c>--</c>.</param>
    /// <exception cref="FailureException">A value is wrong, or two options exclude each other.</exception>
    public PeerOptions Read(CommandLine line, PeerTarget target, bool isTcp, params IEnumerable<OptionSpec> misfits)
    {
        HostAddress? bind = line.Find(Bind);
        IEnumerable<string> given = misfits.Prepend(Count).Where(line.Has).Select(option => option.Name);
        return new PeerOptions
        {
            Target = target,
            LocalPort = (ushort)line.Get(LocalPort),
            Bind = bind,
            Families = line.Families(bind),
            Count = line.Find(Count),
            Deadline = line.Find(Deadline),
            Interval = line.Get(Interval),
            Size = line.Get(Size),
            UsesTcp = isTcp,
            Purpose = PathPurpose.Read(line.Has(Pipe), line.TailCommand, line.Has(PassSocket), isTcp, given),
            IsJson = line.Has(CommonOptions.Json),
            IsQuiet = line.Has(Quiet),
            Verbosity = line.Times(Verbose),
        };
    }

    /// <summary>Checks what no option says alone: whether an address is of a family that is left.</summary>
    /// <param name="options">The options.</param>
    /// <param name="address">The address, where one was given and not a name.</param>
    /// <param name="what">What it is the address of.</param>
    /// <exception cref="FailureException">It is not.</exception>
    public static void RequireFamily(PeerOptions options, HostAddress? address, string what)
    {
        if (address is not { } literal || options.Families.Include(literal)) { return; }

        string cause = options.Bind is { } bind ? $"--bind {bind}" : options.Families.Letter();
        throw new FailureException(Failure.Usage($"{cause} excludes the {what} address {literal}"));
    }
}
