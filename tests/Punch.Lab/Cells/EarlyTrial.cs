using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Cells;

/// <summary>A pair of group early, and how much earlier B starts.</summary>
internal sealed record EarlyTrial(Cell Cell, TimeSpan Gap)
{
    /// <summary>
    /// The deadline, from the later start. A slot of four seconds fails if a packet is lost or a prime does not go far enough. Eight
    /// failures in a row are a fault of the program.
    /// </summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(35);

    /// <summary>
    /// Wall clocks that differ. With equal clocks both sides send in earnest at the same moment, and their packets cross on the way.
    /// Priming matters only if the difference is larger than the one-way delay. Behind two NATs the reach of a prime matters, too.
    /// </summary>
    public static IReadOnlyList<EarlyTrial> WithClocksApart { get; } =
        [Apart(Cell.Early[0], 1.5), Apart(Cell.Early[0], -1.5), Apart(Cell.Early[1], 1.5), Apart(Cell.Early[^1], 0.3)];

    /// <summary>How far B's clock is ahead of A's.</summary>
    public TimeSpan ClockDifference { get; init; }

    /// <summary>The name, such as <c>linux x linux, B first by 1 s</c>.</summary>
    public string Name => $"{Cell.Name}, {StartGap.Text(-Gap)}{(ClockDifference == TimeSpan.Zero ? "" : $", clocks {ClockDifference.TotalSeconds} s apart")}";

    /// <summary>Runs the binary on both sides. The start is at any point of a clock slot. It takes at least the gap.</summary>
    public CellRun Run(ulong seed)
    {
        Func<HostAddress, LabCommand> command = PunchPeer.OnceWithin(Deadline + Gap);
        CellRun run = CellRun.Start(Cell, Options(seed), command, command);
        run.WaitForExits(Deadline * 2);
        return run;
    }

    /// <summary>The conditions of a run with this seed.</summary>
    public CellOptions Options(ulong seed) => new()
    {
        Gap = -Gap,
        ClockDifference = ClockDifference,
        Phase = CellOptions.SlotLength * new SplitMix64(seed).NextDouble(),
        Seed = seed,
    };

    private static EarlyTrial Apart(Cell cell, double seconds) =>
        new(cell, TimeSpan.FromSeconds(1)) { ClockDifference = TimeSpan.FromSeconds(seconds) };
}
