using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>A router that only forwards: every packet passes in both directions.</summary>
public sealed class PlainRouter : IMiddlebox
{
    /// <inheritdoc/>
    public Passage Outbound(in Packet packet, Instant now) => Passage.Passed(packet);

    /// <inheritdoc/>
    public Passage Inbound(in Packet packet, Instant now) => Passage.Passed(packet);

    /// <inheritdoc/>
    public IReadOnlyList<HostAddress> OutsideAddresses => [];
}
