using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Cells;

/// <summary>What stands between a host and the simulated Internet.</summary>
/// <param name="Name">The name in a cell's name: that of a preset, that of a preset with <c>-v6</c>, or <c>kernel-…</c>.</param>
/// <param name="Place">Adds such a host to a side, at the end of a link. The seed is for its random parts.</param>
internal sealed record HostKind(string Name, Func<LabNetwork, Side, LinkOptions, ulong, LabHost> Place)
{
    private static readonly HostAddress Inside = HostAddress.Parse("192.168.1.2");

    public static readonly HostKind Open = Of(NatPresets.Open);
    public static readonly HostKind OpenV6 = OfV6(NatPresets.Open);
    public static readonly HostKind FirewallV6 = OfV6(NatPresets.Firewall);
    public static readonly HostKind PortPreserving = Of(NatPresets.PortPreserving);
    public static readonly HostKind Linux = Of(NatPresets.Linux);

    /// <summary>
    /// A home router behind another one, as with small carriers. The outer router holds an early packet against the port.
    /// </summary>
    public static readonly HostKind LinuxTwice = Of(new NatPreset
    {
        Name = "linux-twice",
        Summary = "a Linux router behind another",
        Nats = [NatPresets.Linux.Nats[0], NatPresets.Linux.Nats[0]],
    });

    public static readonly HostKind KernelDrop = Of("kernel-drop", new KernelNat(Masquerade.Preserving, Unsolicited.Drop));
    public static readonly HostKind KernelAccept = Of("kernel-accept", new KernelNat(Masquerade.Preserving, Unsolicited.Accept));
    public static readonly HostKind KernelRandomDrop = Of("kernel-random-drop", new KernelNat(Masquerade.FullyRandom, Unsolicited.Drop));
    public static readonly HostKind KernelRandomAccept = Of("kernel-random-accept", new KernelNat(Masquerade.FullyRandom, Unsolicited.Accept));

    /// <summary>The networks that drop UDP, and more than that.</summary>
    public static IReadOnlyList<HostKind> Blocked { get; } = [.. NatPresets.Blocked.Select(Of)];

    /// <summary>All kinds for cells.</summary>
    public static IReadOnlyList<HostKind> All { get; } =
        [.. NatPresets.All.Select(Of), .. Blocked, LinuxTwice, OpenV6, FirewallV6, KernelDrop, KernelAccept, KernelRandomDrop, KernelRandomAccept];

    /// <summary>Whether the other side knows the host by its IPv6 address.</summary>
    public bool IsV6 { get; private init; }

    /// <summary>What its network lets out.</summary>
    public Outlet Outlet { get; private init; }

    /// <summary>The address of the host at this side that the other side knows.</summary>
    public HostAddress KnownAddress(Side side) => IsV6 ? side.V6 : side.V4;

    /// <summary>The kind of a preset of the simulation, known by its IPv4 address.</summary>
    public static HostKind Of(NatPreset preset) =>
        new(preset.Name, (lab, side, uplink, seed) => Attach(preset, lab, side.Name, side.V4, uplink, seed)) { Outlet = preset.Outlet };

    /// <summary>A home with both families: this NAT for IPv4, and a stateful firewall for IPv6.</summary>
    public static HostKind DualStack(NatPreset preset) => new($"{preset.Name}-and-v6", (lab, side, uplink, seed) =>
    {
        var router = new DualStack(preset.CreateMiddleboxes([side.V4], seed).Single(), NatPresets.Firewall.CreateMiddleboxes([side.V4], seed).Single());
        Node home = lab.Network.AddRouter($"{side.Name}-home", lab.Network.Internet, router, uplink);
        return lab.AddHost(lab.Network.AddHost(side.Name, home, [Inside, side.V6], new LinkOptions()));
    });

    private static HostKind OfV6(NatPreset preset) =>
        new($"{preset.Name}-v6", (lab, side, uplink, seed) => Attach(preset, lab, side.Name, side.V6, uplink, seed)) { IsV6 = true };

    private static HostKind Of(string name, KernelNat nat) => new(name, (lab, side, uplink, _) =>
    {
        Node router = lab.Network.AddHost($"{side.Name}-router", lab.Network.Internet, [side.V4], uplink);
        return lab.AddHostBehindKernelNat(side.Name, router, nat, Inside);
    });

    private static LabHost Attach(NatPreset preset, LabNetwork lab, string name, HostAddress known, LinkOptions uplink, ulong seed) =>
        lab.AddHost(preset.Attach(lab.Network, name, known, uplink, seed).Host);
}
