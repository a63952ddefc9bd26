using Punch.Protocol;
using Punch.Protocol.Nat;

namespace Punch.Simulation;

/// <summary>The behaviour of a <see cref="Nat"/>, in the terms of RFC 4787.</summary>
public sealed record NatOptions
{
    /// <summary>When a mapping is used again for another destination.</summary>
    public Mapping Mapping { get; init; } = Mapping.EndpointIndependent;

    /// <summary>Which inbound packets pass.</summary>
    public Filtering Filtering { get; init; } = Filtering.AddressAndPortDependent;

    /// <summary>Whether permissions belong to the inside endpoint, as in RFC 4787 §5, or to a mapping.</summary>
    public FilterScope FilterScope { get; init; } = FilterScope.InsideEndpoint;

    /// <summary>
    /// Which outside port a new mapping gets. A block gives a random port from <see cref="FirstPort"/> to <see cref="LastPort"/>.
    /// </summary>
    public PortAllocation Allocation { get; init; } = PortAllocation.Preserving;

    /// <summary>Whether mappings to different destinations may share an outside port.</summary>
    public PortSharing Sharing { get; init; } = PortSharing.Exclusive;

    /// <summary>The step between ports of <see cref="PortAllocation.Sequential"/>. Negative counts down; never 0.</summary>
    public int SequentialStep { get; init; } = 1;

    /// <summary>The outside addresses, all IPv4, at least one.</summary>
    public IReadOnlyList<HostAddress> PublicAddresses { get; init; } = [];

    /// <summary>Which outside address a mapping gets if there are several.</summary>
    public Pooling Pooling { get; init; } = Pooling.Paired;

    /// <summary>The lowest outside port, from 1.</summary>
    public ushort FirstPort { get; init; } = 1024;

    /// <summary>The highest outside port. An inside port outside the range is not preserved.</summary>
    public ushort LastPort { get; init; } = 65_535;

    /// <summary>How long state lives before the first reply.</summary>
    public TimeSpan UnrepliedLifetime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long state lives after a reply. RFC 4787 REQ-5 asks for at least 2 minutes.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Which direction of traffic keeps state alive.</summary>
    public Refresh Refresh { get; init; } = Refresh.Outbound;

    /// <summary>
    /// Whether packets from inside to an outside address of the NAT come back in, with their outside source (RFC 4787 REQ-9a).
    /// </summary>
    public bool Hairpins { get; init; }

    /// <summary>The effect of an unsolicited packet.</summary>
    public EarlyPacket EarlyPacket { get; init; } = EarlyPacket.Ignored;

    /// <summary>The most mappings, and the most remembered early packets.</summary>
    public int MaxMappings { get; init; } = 65_536;

    /// <summary>The most permissions of the filter.</summary>
    public int MaxPermissions { get; init; } = 65_536;

    internal void Validate()
    {
        if (PublicAddresses.Count == 0) { throw new ArgumentException("a NAT needs a public address"); }

        if (PublicAddresses.Any(address => address.IsV6))
        {
            throw new ArgumentException("a NAT translates IPv4 only; use a firewall for IPv6");
        }

        if (Mapping == Mapping.None || Filtering == Filtering.None)
        {
            throw new ArgumentException("a NAT maps and filters; without one, use a router");
        }

        ArgumentOutOfRangeException.ThrowIfZero(SequentialStep);
        ArgumentOutOfRangeException.ThrowIfZero(FirstPort);
        ArgumentOutOfRangeException.ThrowIfLessThan(LastPort, FirstPort);
    }
}
