using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Topology;

/// <summary>
/// Knows of every packet under way what its host sent, and so what to tell that host when the packet's hop limit ends: a NAT may have
/// changed it since. Where it ended is told by the router's address. A packet that still has a private source ends before the last NAT,
/// at <c>.254</c> of its network, such as 192.168.1.254 or 100.64.0.254; one with a public source ends at 192.0.2.N, the Nth router of its way.
/// </summary>
internal sealed class HopLimitWatch
{
    private readonly Dictionary<long, NetworkStep> _sent = [];

    /// <summary>Takes in a step of the network; true when a host is to be told that its packet's hop limit ended.</summary>
    public bool TryNote(in NetworkStep step, out Expiry expiry)
    {
        expiry = default;
        if (step.Kind == StepKind.Sent) { _sent.Add(step.PacketId, step); }

        bool isAtEnd = step.Kind is StepKind.Delivered or StepKind.Dropped;
        if (!isAtEnd || !_sent.Remove(step.PacketId, out NetworkStep sent)) { return false; }

        if (step.Reason != DropReason.HopLimitExceeded || sent.Before.Source.Host.IsV6) { return false; }

        expiry = new Expiry(sent.Where, sent.Before, RouterAddress(step.Before.Source.Host, sent.Before.HopLimit));
        return true;
    }

    private static HostAddress RouterAddress(HostAddress source, byte hop)
    {
        if (source.IsPublic()) { return HostAddress.FromBytes([192, 0, 2, hop]); }

        byte[] bytes = source.ToIPAddress().GetAddressBytes();
        bytes[^1] = 254;
        return HostAddress.FromBytes(bytes);
    }
}

/// <summary>A packet's hop limit ended.</summary>
/// <param name="Host">Who sent it.</param>
/// <param name="Packet">The packet as it was sent.</param>
/// <param name="By">The address of the router where it ended.</param>
internal readonly record struct Expiry(Node Host, Packet Packet, HostAddress By);
