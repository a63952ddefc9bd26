using System.CommandLine;
using Punch.Cli.HandOver;
using Punch.Cli.Parsing;

namespace Punch.Cli.Reach;

/// <summary>The options that all commands share which open a path, by their letters and their meaning.</summary>
internal sealed class SessionSyntax
{
    /// <summary>Sequence numbers have 32 bits.</summary>
    private const long MaxCount = uint.MaxValue;

    private readonly Option<string[]> _localPort = OptionReader.Value("--local-port", "-p");
    private readonly Option<string[]> _bind = OptionReader.Value("--bind", "-B");
    private readonly Option<bool> _v4 = OptionReader.Flag("-4");
    private readonly Option<bool> _v6 = OptionReader.Flag("-6");
    private readonly Option<string[]> _count = OptionReader.Value("--count", "-c");
    private readonly Option<string[]> _deadline = OptionReader.Value("--deadline", "-w");
    private readonly Option<string[]> _interval = OptionReader.Value("--interval", "-i");
    private readonly Option<string[]> _size = OptionReader.Value("--size", "-s");
    private readonly Option<bool> _quiet = OptionReader.Flag("--quiet", "-q");
    private readonly Option<bool> _verbose = OptionReader.Flag("--verbose", "-v");
    private readonly Option<bool> _pipe = OptionReader.Flag("--pipe");

    /// <summary>Whether JSON lines are wanted; asked for on its own where the other options are wrong.</summary>
    public Option<bool> Json { get; } = OptionReader.Flag("--json");

    /// <summary>Whether help is wanted, and nothing else.</summary>
    public Option<bool> Help { get; } = OptionReader.Flag("--help", "-h");

    /// <summary>Declares the options for a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _localPort, _bind, _v4, _v6, _count, _deadline, _interval, _size, _quiet, _verbose, Json, _pipe, Help })
        {
            command.Add(option);
        }
    }

    /// <summary>Fills in what was given; what was not stays as it is in <paramref name="options"/>.</summary>
    /// <param name="options">The command's own options and defaults.</param>
    /// <param name="result">What was parsed.</param>
    /// <param name="tailCommand">What stood after <c>--</c>; null when there was none.</param>
    /// <param name="maxSize">The largest message, in bytes.</param>
    /// <param name="misfits">Options of the command that make no sense with <c>--pipe</c> or a command after <c>--</c>.</param>
    /// <exception cref="FailureException">A value is wrong, or two options exclude each other.</exception>
    public TOptions Read<TOptions>(
        TOptions options, ParseResult result, IReadOnlyList<string>? tailCommand, int maxSize, params ReadOnlySpan<Option> misfits)
        where TOptions : SessionOptions
    {
        var given = new List<string>();
        foreach (Option option in (ReadOnlySpan<Option>)[_count, .. misfits])
        {
            if (result.Has(option)) { given.Add(option.Name); }
        }

        return options with
        {
            LocalPort = (ushort)(result.Number(_localPort, "a port", 0, ushort.MaxValue) ?? options.LocalPort),
            Bind = result.Single(_bind) is { } address ? RemoteTarget.ParseAddress(address) : null,
            Families = result.Families(_v4, _v6),
            Count = result.Number(_count, "a count", 1, MaxCount),
            Deadline = result.Duration(_deadline, canBeZero: false),
            Interval = result.Duration(_interval, canBeZero: true) ?? options.Interval,
            Size = (int)(result.Number(_size, "a size in bytes", 0, maxSize) ?? 0),
            Purpose = PathPurpose.Read(result.Has(_pipe), tailCommand, given),
            IsJson = result.Has(Json),
            IsQuiet = result.Has(_quiet),
            Verbosity = result.Times(_verbose),
        };
    }
}
