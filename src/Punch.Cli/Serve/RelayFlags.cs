using Punch.Cli.Options;
using Punch.Protocol.Relay;
using Punch.Serving.Relay;

namespace Punch.Cli.Serve;

/// <summary>The options of <c>punch serve</c> that say what it relays.</summary>
internal static class RelayFlags
{
    private const int MaxMegabits = 30_000;
    private const int MaxMegabytes = 1_000_000_000;
    private const int BytesPerMegabyte = 1_000_000;
    private const int BytesPerMegabit = BytesPerMegabyte / 8;

    private static readonly RelayOptions Usual = new();

    private static readonly FlagOption NoRelay = new()
    {
        Name = "--no-relay",
        Help = "Relay nothing: two who find no direct way are not connected",
    };

    private static readonly ValueOption<int> Sessions = new(
        "n", ValueKinds.SmallNumber("a number of sessions", 1, RelayOptions.MostSessions))
    {
        Name = "--max-relays",
        Help = "Pairs that may be relayed at once. No /24 or /56 has more than 64 sides of them",
        Default = Usual.MaxSessions,
        DefaultText = $"{RelayOptions.DefaultMaxSessions}",
    };

    private static readonly ValueOption<int> Rate = new("n", Megabits("the rate of a pair"))
    {
        Name = "--relay-rate",
        Help = "Megabits a second of each relayed pair, in each direction. 'off' lifts the limit",
        Default = (int)(Usual.Limits.BytesPerSecond / BytesPerMegabit),
        DefaultText = $"{Usual.Limits.BytesPerSecond / BytesPerMegabit}",
    };

    private static readonly ValueOption<int> Volume = new("n", OrOff("megabytes", MaxMegabytes))
    {
        Name = "--relay-volume",
        Help = "Megabytes of each relayed pair, both directions together; then its relay is over for five minutes. 'off' lifts the limit",
        Default = (int)(Usual.Limits.Volume / BytesPerMegabyte),
        DefaultText = $"{Usual.Limits.Volume / BytesPerMegabyte}",
    };

    private static readonly ValueOption<int> Total = new("n", Megabits("the rate of all pairs"))
    {
        Name = "--relay-total",
        Help = "Megabits a second of all relayed pairs together. 'off' lifts the limit",
        Default = (int)(Usual.TotalBytesPerSecond / BytesPerMegabit),
        DefaultText = $"{Usual.TotalBytesPerSecond / BytesPerMegabit}",
    };

    private static readonly ValueOption<TimeSpan> Drain = new("time", ValueKinds.DurationOrZero)
    {
        Name = "--drain",
        Help = "Once told to stop, relay on for so long, but nothing new. Both sides of each pair are told. A second signal ends it at "
            + "once",
        DefaultText = "0: they are told, and it stops",
    };

    /// <summary>All of them, for the help.</summary>
    public static readonly OptionSection Section = new("Relay", NoRelay, Sessions, Rate, Volume, Total, Drain);

    /// <summary>What is relayed; null for nothing.</summary>
    public static RelayOptions? Read(CommandLine line) => line.Has(NoRelay) ? null : new RelayOptions
    {
        MaxSessions = line.Get(Sessions),
        Limits = new RelayLimits((uint)((long)line.Get(Rate) * BytesPerMegabit), (ulong)line.Get(Volume) * BytesPerMegabyte),
        TotalBytesPerSecond = (long)line.Get(Total) * BytesPerMegabit,
    };

    /// <summary>How long it still relays after it was told to stop.</summary>
    public static TimeSpan ReadDrain(CommandLine line) => line.Find(Drain) ?? TimeSpan.Zero;

    private static ValueKind<int> Megabits(string noun) => OrOff($"{noun} in megabits a second", MaxMegabits);

    /// <summary>A number, or 0 for no limit.</summary>
    private static ValueKind<int> OrOff(string noun, int max) => new(
        $"1 to {max}, or 'off'",
        (option, text) => text == "off" ? 0 : ValueKinds.SmallNumber($"'off' or {noun}", 1, max).Parse(option, text));
}
