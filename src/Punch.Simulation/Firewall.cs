using Punch.Protocol;
using Punch.Protocol.Nat;

namespace Punch.Simulation;

/// <summary>The behaviour of a <see cref="Firewall"/>.</summary>
public sealed record FirewallOptions
{
    /// <summary>Which outside addresses may send in, once an inside endpoint has sent.</summary>
    public Filtering Filtering { get; init; } = Filtering.AddressAndPortDependent;

    /// <summary>Which direction of traffic keeps a permission alive.</summary>
    public Refresh Refresh { get; init; } = Refresh.Outbound;

    /// <summary>How long a permission lives before the first reply.</summary>
    public TimeSpan UnrepliedLifetime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a permission lives after a reply.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The most permissions. Beyond them, packets of new flows are dropped.</summary>
    public int MaxPermissions { get; init; } = 65_536;
}

/// <summary>
/// A stateful firewall without translation, for IPv4 and IPv6. A packet from an inside endpoint permits packets back. Permissions are kept
/// per inside endpoint, address and port.
/// </summary>
public sealed class Firewall(FirewallOptions options) : IMiddlebox
{
    private readonly FilterState _filter = new(
        options.Filtering, options.Refresh, new Lifetimes(options.UnrepliedLifetime, options.Lifetime), options.MaxPermissions);

    /// <summary>The behaviour of this firewall.</summary>
    public FirewallOptions Options => options;

    /// <inheritdoc/>
    public Passage Outbound(in Packet packet, Instant now) =>
        _filter.Open(packet.Source, packet.Destination, now) is { } change
            ? Passage.Passed(packet, change)
            : Passage.Dropped(DropReason.TableFull);

    /// <inheritdoc/>
    public Passage Inbound(in Packet packet, Instant now) =>
        _filter.Accepts(packet.Destination, packet.Source, now)
            ? Passage.Passed(packet, StateChange.Refreshed)
            : Passage.Dropped(DropReason.Filtered);

    /// <inheritdoc/>
    public IReadOnlyList<HostAddress> OutsideAddresses => [];
}
