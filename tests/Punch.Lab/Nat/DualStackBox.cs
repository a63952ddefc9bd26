using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Nat;

/// <summary>A home router: a NAT for IPv4, and for IPv6 a firewall or nothing.</summary>
internal sealed class DualStackBox(IMiddlebox v4, IMiddlebox v6) : IMiddlebox
{
    public Passage Outbound(in Packet packet, Instant now) => Of(packet.Source.Host).Outbound(packet, now);

    public Passage Inbound(in Packet packet, Instant now) => Of(packet.Destination.Host).Inbound(packet, now);

    public bool Owns(HostAddress address) => Of(address).Owns(address);

    public bool Hides(HostAddress inside) => Of(inside).Hides(inside);

    private IMiddlebox Of(HostAddress host) => host.IsV6 ? v6 : v4;
}
