using Punch.Lab.Cells;
using Punch.Protocol;
using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Lab.Nat;

/// <summary>A home, and the findings of <c>punch nat</c> with some options there.</summary>
/// <param name="Name">The name in a test's row.</param>
/// <param name="V4">Its NAT; null without IPv4.</param>
/// <param name="V6">Its IPv6 firewall, or a router without one; null without IPv6.</param>
/// <param name="Options">The options of the command, besides the servers.</param>
/// <param name="Findings">The important fields of the report, with their values.</param>
internal sealed record HomeKind(
    string Name, NatOptions? V4, IMiddlebox? V6, string[] Options, params IReadOnlyList<(string Field, string Value)> Findings)
{
    // Random ports, so that no result is right because a port happens to be kept.
    private static readonly NatOptions Nat = new() { Allocation = PortAllocation.Random };

    public static IReadOnlyList<HomeKind> All { get; } =
    [
        new("IPv6 alone", null, new PlainRouter(), [],
            ("family", "6"), ("v6.udp", "open"), ("v6.mapping", "none"), ("v6.filtering", "none"), ("v6.firewall", "False"), ("exit", "0")),
        new("IPv6 alone, firewall", null, ApdfFirewall(), [],
            ("family", "6"), ("v6.mapping", "none"), ("v6.filtering", "apdf"), ("v6.firewall", "True"), ("exit", "0")),
        new("NAT, open IPv6", Nat, new PlainRouter(), [],
            ("v4.mapping", "eim"), ("v4.filtering", "apdf"), ("v4.allocation", "random"), ("v6.mapping", "none"), ("v6.filtering", "none"), ("exit", "0")),
        new("NAT, IPv6 firewall", Nat with { Mapping = Mapping.AddressAndPortDependent, FilterScope = FilterScope.Mapping }, ApdfFirewall(), [],
            ("v4.mapping", "apdm"), ("v4.filtering", "apdf"), ("v6.mapping", "none"), ("v6.filtering", "apdf"), ("v6.firewall", "True"), ("exit", "0")),
        new("NAT that hairpins", Nat with { Hairpins = true }, null, ["--hairpin"],
            ("mapping", "eim"), ("filtering", "apdf"), ("hairpin", "yes"), ("exit", "0")),
        new("NAT that does not hairpin", Nat, null, ["--hairpin"],
            ("mapping", "eim"), ("filtering", "apdf"), ("hairpin", "no"), ("exit", "0")),
        new("mappings of 17 s", Lasting(17), null, ["--lifetime"],
            ("mapping", "eim"), ("lifetime.alive_ms", "10000"), ("lifetime.dead_ms", "25000"), ("exit", "0")),
    ];

    /// <summary>The addresses of the machine at a side. Inside a NAT, one of them is private.</summary>
    public HostAddress[] AddressesAt(Side side) =>
        [.. V4 is null ? Array.Empty<HostAddress>() : [HostAddress.Parse("192.168.1.2")], .. V6 is null ? Array.Empty<HostAddress>() : [side.V6]];

    /// <summary>The router of the home.</summary>
    public IMiddlebox RouterAt(Side side, ulong seed)
    {
        IMiddlebox v4 = V4 is null ? new PlainRouter() : new Simulation.Nat(V4 with { PublicAddresses = [side.V4] }, seed);
        return new DualStack(v4, V6 ?? new PlainRouter());
    }

    private static Firewall ApdfFirewall() => new(new FirewallOptions { Filtering = Filtering.AddressAndPortDependent });

    private static NatOptions Lasting(int seconds) =>
        Nat with { Lifetime = TimeSpan.FromSeconds(seconds), UnrepliedLifetime = TimeSpan.FromSeconds(seconds) };
}
