using Punch.Lab.Cells;
using Punch.Lab.Nat;
using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>The networks that are tried against each other, and the pairs that have to meet.</summary>
internal static class MeetMatrix
{
    private static readonly HostKind Firewall = HostKind.Of(NatPresets.Firewall);
    private static readonly HostKind PortRestricted = HostKind.Of(NatPresets.PortRestricted);

    /// <summary>The kinds of the matrix, in the order of the table in docs/reachability.md.</summary>
    public static IReadOnlyList<HostKind> Kinds { get; } =
    [
        .. new[]
        {
            NatPresets.Open, NatPresets.FullCone, NatPresets.AddressRestricted,
            NatPresets.Firewall, NatPresets.PortRestricted, NatPresets.PortPreserving, NatPresets.Linux, NatPresets.Carrier,
            NatPresets.AddressDependent, NatPresets.SymmetricEif, NatPresets.SymmetricSequential, NatPresets.SymmetricRandom,
        }.Select(HostKind.Of),
    ];

    /// <summary>These, and the networks that drop UDP.</summary>
    public static IReadOnlyList<HostKind> All { get; } = [.. Kinds, .. HostKind.Blocked];

    /// <summary>Every ordered pair: the first waits, the second joins.</summary>
    public static IReadOnlyList<Cell> Cells { get; } = [.. Kinds.SelectMany(a => Kinds.Select(b => new Cell(a, b)))];

    /// <summary>Every ordered pair with a side whose network drops UDP.</summary>
    public static IReadOnlyList<Cell> Blocked { get; } =
    [
        .. from a in All
           from b in All
           where IsBlocked(a) || IsBlocked(b)
           select new Cell(a, b),
    ];

    /// <summary>The NAT of the kernel, which accepts or drops unsolicited packets, on one side or both.</summary>
    public static IReadOnlyList<Cell> Kernel { get; } =
    [
        .. from kernel in new[] { HostKind.KernelDrop, HostKind.KernelAccept }
           from other in new[] { HostKind.Open, Firewall, PortRestricted, HostKind.KernelDrop, HostKind.KernelAccept }
           select new Cell(kernel, other),
        new(PortRestricted, HostKind.KernelAccept),
        new(HostKind.Linux, HostKind.KernelAccept),
        new(HostKind.KernelRandomDrop, HostKind.Open),
        new(HostKind.KernelRandomDrop, HostKind.Of(NatPresets.AddressRestricted)),
        new(HostKind.KernelRandomAccept, HostKind.KernelAccept),
    ];

    /// <summary>
    /// Whether a pair meets directly without guessing a port. At most one port may move. If one moves, the other side must let that host in
    /// from any port. A side's filter opens when the side sends to the address that the server saw.
    /// </summary>
    public static bool IsDirect(Cell cell)
    {
        if (IsBlocked(cell.A) || IsBlocked(cell.B)) { return false; }

        (NatTraits a, NatTraits b) = (TraitsOf(cell.A), TraitsOf(cell.B));
        return (a.IsPredictable, b.IsPredictable) switch
        {
            (true, true) => true,
            (false, true) => b.LetsAnyPortIn,
            (true, false) => a.LetsAnyPortIn,
            (false, false) => a.LetsAnybodyIn && b.LetsAnybodyIn,
        };
    }

    /// <summary>
    /// Whether a pair with a side that has TCP alone meets directly over TCP. That side's port is known if its router keeps the number.
    /// </summary>
    public static bool IsDirectOverTcp(Cell cell) =>
        (cell.A.Outlet == Outlet.NoUdp || cell.B.Outlet == Outlet.NoUdp)
        && IsDirect(new Cell(WithUdp(cell.A), WithUdp(cell.B)));

    private static HostKind WithUdp(HostKind kind) => kind.Outlet == Outlet.NoUdp ? HostKind.PortPreserving : kind;

    private static bool IsBlocked(HostKind kind) => kind.Outlet != Outlet.Everything;

    private static NatTraits TraitsOf(HostKind kind)
    {
        HostKind known = kind == HostKind.KernelRandomAccept ? HostKind.KernelRandomDrop : kind;
        return NatKind.All.Single(each => each.Name == known.Name).Truth!.Value;
    }
}
