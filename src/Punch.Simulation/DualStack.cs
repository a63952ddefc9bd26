using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// A router with one middlebox for each address family. The usual home router is a <see cref="Nat"/> for IPv4 and a <see cref="Firewall"/>
/// for IPv6.
/// </summary>
public sealed class DualStack(IMiddlebox v4, IMiddlebox v6) : IMiddlebox
{
    /// <inheritdoc/>
    public Passage Outbound(in Packet packet, Instant now) => Of(packet.Destination.Host).Outbound(packet, now);

    /// <inheritdoc/>
    public Passage Inbound(in Packet packet, Instant now) => Of(packet.Destination.Host).Inbound(packet, now);

    /// <inheritdoc/>
    public IReadOnlyList<HostAddress> OutsideAddresses { get; } =
        [.. v4.OutsideAddresses.Where(address => !address.IsV6), .. v6.OutsideAddresses.Where(address => address.IsV6)];

    /// <inheritdoc/>
    public bool Hides(HostAddress inside) => Of(inside).Hides(inside);

    private IMiddlebox Of(HostAddress address) => address.IsV6 ? v6 : v4;
}
