using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>A router that drops, without a word, what its network does not let out. What comes in as a reply passes.</summary>
public sealed class OutletFilter(Outlet outlet) : IMiddlebox
{
    /// <summary>The port of the HTTP proxy, wherever it is.</summary>
    public const ushort ProxyPort = 3128;

    private const ushort Https = 443;

    /// <inheritdoc/>
    public IReadOnlyList<HostAddress> OutsideAddresses => [];

    /// <inheritdoc/>
    public Passage Outbound(in Packet packet, Instant now) => Judge(packet, outlet switch
    {
        Outlet.Only443 => packet.Destination.Port == Https,
        Outlet.OnlyProxy => packet.Destination.Port == ProxyPort,
        _ => true,
    });

    /// <inheritdoc/>
    public Passage Inbound(in Packet packet, Instant now) => Judge(packet, outlet switch
    {
        Outlet.Only443 => packet.Source.Port == Https,
        Outlet.OnlyProxy => packet.Source.Port == ProxyPort,
        _ => true,
    });

    private Passage Judge(in Packet packet, bool isPortOpen)
    {
        bool passes = outlet == Outlet.Everything || (packet.Source.Transport == Transport.Tcp && isPortOpen);
        return passes ? Passage.Passed(packet) : Passage.Dropped(DropReason.Filtered);
    }
}
