using Punch.Simulation;

namespace Punch.Lab.Cells;

/// <summary>A pair of hosts that try to reach each other.</summary>
internal sealed record Cell(HostKind A, HostKind B)
{
    private static readonly NatPreset[] Group1Presets = [NatPresets.Open, NatPresets.Firewall, NatPresets.PortPreserving];

    private static readonly NatPreset[] Group2Presets =
        [NatPresets.FullCone, NatPresets.AddressRestricted, NatPresets.PortRestricted, NatPresets.SymmetricRandom, NatPresets.Carrier];

    /// <summary>Hosts with an outside port that is known in advance: every ordered pair, and full cone against each.</summary>
    public static IReadOnlyList<Cell> Group1 { get; } =
    [
        .. Group1Presets.SelectMany(a => Group1Presets.Select(b => Of(a, b))),
        .. Group1Presets.Append(NatPresets.FullConePreserving).Select(b => Of(NatPresets.FullConePreserving, b)),
    ];

    /// <summary>Hosts with an unknown outside port, each against a host that needs no hole.</summary>
    public static IReadOnlyList<Cell> Group2 { get; } = [.. Group2Presets.Select(a => Of(a, NatPresets.Open))];

    /// <summary>IPv6, where there is no NAT but there are firewalls.</summary>
    public static IReadOnlyList<Cell> V6 { get; } =
    [
        new(HostKind.OpenV6, HostKind.OpenV6), new(HostKind.FirewallV6, HostKind.OpenV6), new(HostKind.FirewallV6, HostKind.FirewallV6),
    ];

    /// <summary>
    /// The NAT of Linux. If it accepts unsolicited packets, its peer here needs no hole; the other pairs are in <see cref="Early"/>.
    /// </summary>
    public static IReadOnlyList<Cell> Kernel { get; } =
    [
        new(HostKind.KernelDrop, HostKind.Open),
        new(HostKind.KernelDrop, HostKind.KernelDrop),
        new(HostKind.KernelDrop, HostKind.PortPreserving),
        new(HostKind.KernelAccept, HostKind.Open),
        new(HostKind.KernelRandomDrop, HostKind.Open),
        new(HostKind.KernelRandomAccept, HostKind.Open),
    ];

    /// <summary>
    /// Routers that hold an early packet against the peer. punch opens them in slots of the wall clock. B's packets are the early ones.
    /// </summary>
    public static IReadOnlyList<Cell> Early { get; } =
    [
        new(HostKind.Linux, HostKind.Linux),
        new(HostKind.KernelAccept, HostKind.KernelAccept),
        new(HostKind.Linux, HostKind.PortPreserving),
        new(HostKind.Linux, HostKind.Of(NatPresets.Firewall)),
        new(HostKind.LinuxTwice, HostKind.LinuxTwice),
    ];

    /// <summary>Every cell that must succeed in every start order.</summary>
    public static IReadOnlyList<Cell> All { get; } = [.. Group1, .. Group2, .. V6, .. Kernel, .. Early];

    /// <summary>The name, such as <c>port-preserving x firewall</c>.</summary>
    public string Name => $"{A.Name} x {B.Name}";

    /// <summary>A cell by its name, including pairs that are in no list.</summary>
    /// <exception cref="ArgumentException">A kind of that name does not exist.</exception>
    public static Cell Named(string name)
    {
        string[] kinds = name.Split(" x ", StringSplitOptions.TrimEntries);
        return kinds.Length == 2 ? new Cell(KindNamed(kinds[0]), KindNamed(kinds[1])) : throw new ArgumentException($"'{name}' is not 'KIND x KIND'", nameof(name));
    }

    private static Cell Of(NatPreset a, NatPreset b) => new(HostKind.Of(a), HostKind.Of(b));

    private static HostKind KindNamed(string name) =>
        HostKind.All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new ArgumentException($"there is no kind '{name}', only {string.Join(", ", HostKind.All.Select(kind => kind.Name))}", nameof(name));
}
