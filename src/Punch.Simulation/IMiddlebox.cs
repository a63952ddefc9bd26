using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// What stands between the inside and the outside of a router: a NAT, a firewall, or nothing. It has no clock: callers pass the time, in
/// order. The router handles hop limits, not the middlebox.
/// </summary>
public interface IMiddlebox
{
    /// <summary>A packet crosses from inside to outside.</summary>
    Passage Outbound(in Packet packet, Instant now);

    /// <summary>A packet crosses from outside to inside.</summary>
    Passage Inbound(in Packet packet, Instant now);

    /// <summary>
    /// Its outside addresses, which never change. Packets for them are routed here, and hairpinned if they come from inside.
    /// </summary>
    IReadOnlyList<HostAddress> OutsideAddresses { get; }

    /// <summary>Whether an inside address is unknown outside, as behind a NAT. Otherwise the outside has a route to it.</summary>
    bool Hides(HostAddress inside) => false;
}
