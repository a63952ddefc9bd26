using Punch.Lab.Cells;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>The pairs of group meet, each once.</summary>
internal static class MeetTrials
{
    private static readonly string[] Early =
        ["linux x linux", "kernel-accept x kernel-accept", "linux x port-restricted", "firewall x carrier"];

    private static readonly string[] Mixed =
        ["open x open", "port-restricted x port-restricted", "linux x linux", "symmetric-random x address-restricted"];

    private static readonly string[] Hard =
        ["symmetric-random x symmetric-random", "linux x adm", "symmetric-sequential x firewall", "symmetric-eif x port-restricted"];

    private static readonly double[] Gaps = [0, 1, 60];

    /// <summary>Every ordered pair of kinds.</summary>
    public static IReadOnlyList<MeetTrial> Matrix { get; } = [.. MeetMatrix.Cells.Select(cell => new MeetTrial(cell))];

    /// <summary>Every ordered pair with a side whose network drops UDP.</summary>
    public static IReadOnlyList<MeetTrial> Blocked { get; } = [.. MeetMatrix.Blocked.Select(cell => new MeetTrial(cell) { Server = MeetServer.WithTls })];

    /// <summary>A side without UDP has a direct path over TCP, where the routers would let UDP through.</summary>
    public static IReadOnlyList<MeetTrial> DirectWithoutUdp { get; } =
    [
        .. from other in new[] { HostKind.Open, HostKind.Of(NatPresets.FullCone), HostKind.PortPreserving, HostKind.Of(NatPresets.UdpBlocked) }
           from cell in new[] { new Cell(HostKind.Of(NatPresets.UdpBlocked), other), new Cell(other, HostKind.Of(NatPresets.UdpBlocked)) }.DistinctBy(cell => cell.Name)
           select new MeetTrial(cell) { Server = MeetServer.WithTls, WantsDirect = true },
    ];

    /// <summary>The NAT of the kernel, with either side waiting.</summary>
    public static IReadOnlyList<MeetTrial> Kernel { get; } =
        [.. MeetMatrix.Kernel.SelectMany(cell => new[] { new MeetTrial(cell), new MeetTrial(cell) { Gap = TimeSpan.FromSeconds(-0.5) } })];

    /// <summary>One side waits for up to a minute, where an early packet would do the most harm.</summary>
    public static IReadOnlyList<MeetTrial> WithGaps { get; } =
        [.. Early.SelectMany(cell => Gaps.Select(gap => new MeetTrial(Cell.Named(cell)) { Gap = TimeSpan.FromSeconds(gap) }))];

    public static IReadOnlyList<MeetTrial> WithLoss { get; } =
    [
        .. from cell in Mixed
           from gap in Gaps[..2]
           select new MeetTrial(Cell.Named(cell)) { Gap = TimeSpan.FromSeconds(gap), Loss = 0.2 },
    ];

    /// <summary>A server with one address, which can test less.</summary>
    public static IReadOnlyList<MeetTrial> WithOneAddress { get; } =
    [
        .. Mixed.Select(cell => new MeetTrial(Cell.Named(cell)) { Server = MeetServer.OneAddress }),
        new(new Cell(HostKind.Of(NatPresets.SymmetricRandom), HostKind.PortPreserving)) { Server = MeetServer.OneAddress },
    ];

    /// <summary>Pairs without a direct path, where a relay is not to be had or not wanted.</summary>
    public static IReadOnlyList<MeetTrial> WithoutRelay { get; } =
    [
        .. Hard.Select(cell => new MeetTrial(Cell.Named(cell)) { Server = MeetServer.WithoutRelay }),
        .. Hard.Select(cell => new MeetTrial(Cell.Named(cell)) { WantsDirect = true }),
        new(Cell.Named(Mixed[1])) { Server = MeetServer.WithoutRelay },
        new(Cell.Named(Mixed[1])) { WantsDirect = true },
    ];

    public static IReadOnlyList<MeetTrial> All { get; } =
        [.. Matrix, .. Blocked, .. DirectWithoutUdp, .. Kernel, .. WithGaps, .. WithLoss, .. WithOneAddress, .. WithoutRelay];
}
