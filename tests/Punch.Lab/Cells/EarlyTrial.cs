using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Cells;

/// <summary>A pair of group early and by how long B is first.</summary>
internal sealed record EarlyTrial(Cell Cell, TimeSpan Gap)
{
    /// <summary>
    /// From the later start. A slot of four seconds fails where a packet is lost or a prime goes not far enough; a failure of eight in a
    /// row is one of the program.
    /// </summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(35);

    /// <summary>
    /// Wall clocks that differ. With equal ones both sides send in earnest at the same moment, and their packets cross on the way: it takes
    /// a difference of more than that way for priming to matter, and where there are two NATs, for how far a prime goes.
    /// </summary>
    public static IReadOnlyList<EarlyTrial> WithClocksApart { get; } =
        [Apart(Cell.Early[0], 1.5), Apart(Cell.Early[0], -1.5), Apart(Cell.Early[1], 1.5), Apart(Cell.Early[^1], 0.3)];

    /// <summary>How far B's clock is ahead of A's.</summary>
    public TimeSpan ClockDifference { get; init; }

    /// <summary>Such as <c>linux x linux, B first by 1 s</c>.</summary>
    public string Name => $"{Cell.Name}, {StartGap.Text(-Gap)}{(ClockDifference == TimeSpan.Zero ? "" : $", clocks {ClockDifference.TotalSeconds} s apart")}";

    /// <summary>Runs the binary on both sides; the start falls anywhere in a slot of the clock. This takes the gap at least.</summary>
    public CellRun Run(ulong seed)
    {
        Func<HostAddress, LabCommand> command = PunchPeer.OnceWithin(Deadline + Gap);
        CellRun run = CellRun.Start(Cell, Options(seed), command, command);
        run.WaitForExits(Deadline * 2);
        return run;
    }

    /// <summary>How a run with this seed is made.</summary>
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
