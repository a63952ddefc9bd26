using Punch.Protocol.Nat;

namespace Punch.Simulation;

/// <summary>Why a packet was dropped.</summary>
public enum DropReason
{
    /// <summary>It was not dropped.</summary>
    None,

    /// <summary>A NAT has no mapping for this outside port (RFC 4787 §4).</summary>
    NoMapping,

    /// <summary>There is a mapping or host, but its filter does not accept the sender (RFC 4787 §5).</summary>
    Filtered,

    /// <summary>It came from inside to the NAT's own outside address, and this NAT does not hairpin (RFC 4787 §6).</summary>
    NoHairpin,

    /// <summary>The middlebox does not handle this address family.</summary>
    WrongFamily,

    /// <summary>No outside port is left.</summary>
    PortsExhausted,

    /// <summary>A table of the middlebox is at its limit.</summary>
    TableFull,

    /// <summary>The middlebox is rebooting.</summary>
    Down,

    /// <summary>Its hop limit is used up.</summary>
    HopLimitExceeded,

    /// <summary>A private, link-local, loopback or multicast destination reached the Internet's core.</summary>
    PrivateDestination,

    /// <summary>No node here has this address.</summary>
    NoRoute,

    /// <summary>The link lost it.</summary>
    Lost,

    /// <summary>Too many packets are on their way, or in the queue of a link.</summary>
    QueueFull,

    /// <summary>It is larger than the link's MTU and must not be fragmented.</summary>
    TooLarge,

    /// <summary>The link carried nothing when it would have left.</summary>
    Outage,
}

/// <summary>The effect of a packet on a middlebox's state.</summary>
public enum StateChange
{
    /// <summary>No effect.</summary>
    None,

    /// <summary>It made a mapping or, at a firewall, a permission.</summary>
    Created,

    /// <summary>It used an existing one.</summary>
    Refreshed,

    /// <summary>It made a mapping with another port, because an early packet holds the usual one.</summary>
    Remapped,

    /// <summary>It was an early packet, and now blocks the port that it came to: <see cref="EarlyPacket.Held"/>.</summary>
    Confirmed,
}

/// <summary>The result of one packet at a middlebox.</summary>
public readonly record struct Passage
{
    private Passage(in Packet packet, DropReason reason, StateChange change)
    {
        Packet = packet;
        Reason = reason;
        Change = change;
    }

    /// <summary>The packet that goes on; default if it was dropped.</summary>
    public Packet Packet { get; }

    /// <summary>Why it was dropped; <see cref="DropReason.None"/> if it passed.</summary>
    public DropReason Reason { get; }

    /// <summary>The change in the middlebox's state.</summary>
    public StateChange Change { get; }

    /// <summary>Whether the packet goes on.</summary>
    public bool IsPassed => Reason == DropReason.None;

    /// <summary>The packet goes on, perhaps rewritten.</summary>
    public static Passage Passed(in Packet packet, StateChange change = StateChange.None) => new(packet, DropReason.None, change);

    /// <summary>The packet ends here.</summary>
    public static Passage Dropped(DropReason reason, StateChange change = StateChange.None) => new(default, reason, change);
}
