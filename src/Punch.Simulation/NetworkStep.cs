using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>The kind of a packet's step at a node.</summary>
public enum StepKind
{
    /// <summary>A host sent it.</summary>
    Sent,

    /// <summary>It crossed a router from inside to outside.</summary>
    Outbound,

    /// <summary>It crossed a router from outside to inside.</summary>
    Inbound,

    /// <summary>The outgoing link made two of it.</summary>
    Duplicated,

    /// <summary>The outgoing link holds it back, so that others overtake it.</summary>
    HeldBack,

    /// <summary>It ended here; <see cref="NetworkStep.Reason"/> says why.</summary>
    Dropped,

    /// <summary>It reached a host.</summary>
    Delivered,
}

/// <summary>One step of one packet, for transcripts and pictures.</summary>
/// <param name="At">When.</param>
/// <param name="Where">The node.</param>
/// <param name="Kind">The kind of step.</param>
/// <param name="PacketId">
/// The number of the packet among those that hosts sent, from 1. It stays the same along the way and for duplicates.
/// </param>
/// <param name="Before">The packet as it came to this step.</param>
/// <param name="After">The packet as it left; equal to <paramref name="Before"/> where nothing changed it.</param>
/// <param name="Reason">Why the packet was dropped.</param>
/// <param name="Change">The change in a middlebox's state.</param>
public readonly record struct NetworkStep(
    Instant At, Node Where, StepKind Kind, long PacketId, Packet Before, Packet After, DropReason Reason, StateChange Change)
{
    /// <summary>One line of a transcript.</summary>
    public override string ToString()
    {
        string translated = (Before.Source, Before.Destination) == (After.Source, After.Destination)
            ? ""
            : $" as {After.Source} > {After.Destination}";
        string why = Reason == DropReason.None ? "" : $" {Reason}";
        string change = Change == StateChange.None ? "" : $" ({Change})";
        return $"{At} #{PacketId} {Where.Name}: {Kind}{why} {Before.Source} > {Before.Destination}{translated}"
            + $" ttl {Before.HopLimit} {Before.Payload.Length} B{change}";
    }
}

/// <summary>A packet that reached a host.</summary>
/// <param name="To">The host.</param>
/// <param name="Packet">The packet as the host sees it.</param>
/// <param name="At">When it arrived.</param>
public readonly record struct Delivery(Node To, Packet Packet, Instant At);
