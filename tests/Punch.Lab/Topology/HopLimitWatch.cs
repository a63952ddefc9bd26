using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Topology;

/// <summary>
/// Remembers what each host sent, for every packet under way. It needs this for the report when the packet's hop limit ends, because a NAT
/// may have changed the packet. The router's address shows where it ended. A packet with a private source ended before the last NAT, at
/// <c>.254</c> of its network, such as 192.168.1.254 or 100.64.0.254. A packet with a public source ended at 192.0.2.N, the Nth router of
/// its way.
/// </summary>
internal sealed class HopLimitWatch
{
    private readonly Dictionary<long, NetworkStep> _sent = [];

    /// <summary>Takes in a step of the network. True if a host must get a report that its packet's hop limit ended.</summary>
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

/// <summary>A packet whose hop limit ended.</summary>
/// <param name="Host">The host that sent it.</param>
/// <param name="Packet">The packet as it was sent.</param>
/// <param name="By">The address of the router where it ended.</param>
internal readonly record struct Expiry(Node Host, Packet Packet, HostAddress By);
