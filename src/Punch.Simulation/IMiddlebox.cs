using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// What stands between the inside and the outside of a router: a NAT, a firewall, or nothing. It is given the time and has no clock;
/// calls come in order of time. Hop limits are the router's business, not the middlebox's.
/// </summary>
public interface IMiddlebox
{
    /// <summary>A packet crosses from inside to outside.</summary>
    Passage Outbound(in Packet packet, Instant now);

    /// <summary>A packet crosses from outside to inside.</summary>
    Passage Inbound(in Packet packet, Instant now);

    /// <summary>
    /// The outside addresses it answers for, which do not change. Packets for them are routed here, and hairpinned when they come from
    /// inside.
    /// </summary>
    IReadOnlyList<HostAddress> OutsideAddresses { get; }

    /// <summary>Whether an inside address is unknown outside, as behind a NAT; otherwise the outside has a route to it.</summary>
    bool Hides(HostAddress inside) => false;
}
