using Punch.Protocol.Nat;

namespace Punch.Simulation;

/// <summary>Why a packet went no further.</summary>
public enum DropReason
{
    /// <summary>It was not dropped.</summary>
    None,

    /// <summary>A NAT has no mapping for this outside port (RFC 4787 §4).</summary>
    NoMapping,

    /// <summary>A mapping or host is there, but its filter does not know the sender (RFC 4787 §5).</summary>
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

    /// <summary>Nobody here has this address.</summary>
    NoRoute,

    /// <summary>The link lost it.</summary>
    Lost,

    /// <summary>Too many packets are on their way.</summary>
    QueueFull,
}

/// <summary>What a packet did to a middlebox's state.</summary>
public enum StateChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It made a mapping or, at a firewall, a permission.</summary>
    Created,

    /// <summary>It used one that was there.</summary>
    Refreshed,

    /// <summary>It made a mapping with another port than it would have, because an early packet holds that one.</summary>
    Remapped,

    /// <summary>It was an early packet and is now held against the port it came to: <see cref="EarlyPacket.Held"/>.</summary>
    Confirmed,
}

/// <summary>What a middlebox did with one packet.</summary>
public readonly record struct Passage
{
    private Passage(in Packet packet, DropReason reason, StateChange change)
    {
        Packet = packet;
        Reason = reason;
        Change = change;
    }

    /// <summary>The packet as it goes on; default when it was dropped.</summary>
    public Packet Packet { get; }

    /// <summary>Why it was dropped; <see cref="DropReason.None"/> when it passed.</summary>
    public DropReason Reason { get; }

    /// <summary>What it did to the middlebox's state.</summary>
    public StateChange Change { get; }

    /// <summary>Whether the packet goes on.</summary>
    public bool IsPassed => Reason == DropReason.None;

    /// <summary>The packet goes on, perhaps rewritten.</summary>
    public static Passage Passed(in Packet packet, StateChange change = StateChange.None) => new(packet, DropReason.None, change);

    /// <summary>The packet ends here.</summary>
    public static Passage Dropped(DropReason reason, StateChange change = StateChange.None) => new(default, reason, change);
}
