using Punch.Protocol.Paths;

namespace Punch.Protocol.Session;

/// <summary>A datagram that waits to be sent. Its bytes are written when the driver takes it.</summary>
/// <param name="Kind">What it will be.</param>
/// <param name="At">When it was decided.</param>
internal readonly record struct Outgoing(OutgoingKind Kind, Instant At)
{
    /// <summary>What the finder wants sent; for Order. For messages that follow the path: the route they were meant for.</summary>
    public ProbeOrder Order { get; init; }

    /// <summary>The message's number.</summary>
    public uint Sequence { get; init; }

    /// <summary>When a message that is sent again was said; null for one that is said now.</summary>
    public Instant? SaidAt { get; init; }

    /// <summary>Whose messages it confirms; null for the peer heard last by its route.</summary>
    public RemotePeer? About { get; init; }

    /// <summary>The longest that it may be, in bytes.</summary>
    public int MaxLength { get; init; }

    /// <summary>Whether it asks the peer what data came.</summary>
    public bool IsAsking { get; init; }

    /// <summary>Whether it says that this side leaves.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Whether it confirms nothing, so that every peer replies at once.</summary>
    public bool IsBare { get; init; }

    /// <summary>Which way it goes.</summary>
    public Route Route => Order.Route;
}

/// <summary>The kinds of <see cref="Outgoing"/>.</summary>
internal enum OutgoingKind
{
    /// <summary>What the finder wants sent, in the form that the wire gives it.</summary>
    Order,

    /// <summary>A peer message.</summary>
    Message,

    /// <summary>The frame that says that this side leaves.</summary>
    Goodbye,
}
