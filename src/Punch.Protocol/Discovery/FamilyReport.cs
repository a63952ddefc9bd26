using Punch.Protocol.Nat;

namespace Punch.Protocol.Discovery;

/// <summary>Signs that a carrier translates addresses as well.</summary>
[Flags]
public enum CarrierHints
{
    /// <summary>No sign was seen. That excludes nothing: a carrier's NAT with one public address looks like any other.</summary>
    None = 0,

    /// <summary>The local interface has an address of 100.64.0.0/10, the range between a carrier's NAT and its customers.</summary>
    SharedLocalAddress = 1,

    /// <summary>A server on the public Internet sees a private or shared address.</summary>
    PrivateUpstream = 2,

    /// <summary>Servers see more than one public address.</summary>
    SeveralPublicAddresses = 4,
}

/// <summary>Whether UDP works.</summary>
public enum UdpState
{
    /// <summary>A server answered.</summary>
    Open,

    /// <summary>Something came, but no usable reply.</summary>
    Unusable,

    /// <summary>Nothing came. A server that is down looks the same.</summary>
    Blocked,
}

/// <summary>A range of ports.</summary>
/// <param name="First">The lowest port.</param>
/// <param name="Last">The highest port.</param>
public readonly record struct PortRange(ushort First, ushort Last);

/// <summary>The findings in one address family.</summary>
public sealed record FamilyReport
{
    /// <summary>Whether this is about IPv6.</summary>
    public required bool IsV6 { get; init; }

    /// <summary>Whether UDP works. Unless it is open, all other findings are unknown.</summary>
    public required UdpState Udp { get; init; }

    /// <summary>Whether any server answered.</summary>
    public bool IsReached => Udp == UdpState.Open;

    /// <summary>The main socket's local address on the interface towards the server; null if unknown.</summary>
    public TransportAddress? Local { get; init; }

    /// <summary>The addresses of the main socket that servers see, without duplicates, in the order of their discovery.</summary>
    public IReadOnlyList<TransportAddress> PublicAddresses { get; init; } = [];

    /// <summary>The public hosts of all sockets that servers see, without duplicates.</summary>
    public IReadOnlyList<HostAddress> PublicHosts { get; init; } = [];

    /// <summary>The mapping of the NAT.</summary>
    public required Finding<Mapping> Mapping { get; init; }

    /// <summary>What the NAT or firewall lets in.</summary>
    public required Finding<Filtering> Filtering { get; init; }

    /// <summary>How the NAT picks ports.</summary>
    public required Finding<PortAllocation> Allocation { get; init; }

    /// <summary>The step between ports of a sequential allocation, negative if it counts down; null otherwise.</summary>
    public int? SequentialStep { get; init; }

    /// <summary>The range of ports seen from a block; null otherwise. The block may be larger.</summary>
    public PortRange? Block { get; init; }

    /// <summary>The effect of a packet that comes before the inside has sent to its sender.</summary>
    public required Finding<EarlyPacket> EarlyPackets { get; init; }

    /// <summary>Whether this network's public address can be reached from inside.</summary>
    public required Finding<Hairpinning> Hairpin { get; init; }

    /// <summary>The lifetime of a mapping; null if it was not tested or could not be tested.</summary>
    public MappingLifetime? Lifetime { get; init; }

    /// <summary>Why <see cref="Lifetime"/> is null.</summary>
    public UnknownReason LifetimeReason { get; init; } = UnknownReason.NotTested;

    /// <summary>Signs of a carrier's NAT.</summary>
    public CarrierHints CarrierHints { get; init; }

    /// <summary>Whether servers see different public addresses and no majority shows which of them are wrong.</summary>
    public bool AreServersSplit { get; init; }

    /// <summary>
    /// Whether something on the way rewrites addresses inside packets: MAPPED-ADDRESS and XOR-MAPPED-ADDRESS differ (an ALG).
    /// </summary>
    public bool IsRewritten { get; init; }

    /// <summary>Whether addresses are not translated but packets are filtered.</summary>
    public bool IsFirewalled => Mapping.Value == Nat.Mapping.None && !Filtering.Allows(Nat.Filtering.None);

    /// <summary>The report of a family in which no server answered.</summary>
    internal static FamilyReport Unreached(bool isV6, UdpState udp) => new()
    {
        IsV6 = isV6,
        Udp = udp,
        Mapping = Finding.Unknown<Mapping>(UnknownReason.NoAnswer),
        Filtering = Finding.Unknown<Filtering>(UnknownReason.NoAnswer),
        Allocation = Finding.Unknown<PortAllocation>(UnknownReason.NoAnswer),
        EarlyPackets = Finding.Unknown<EarlyPacket>(UnknownReason.NoAnswer),
        Hairpin = Finding.Unknown<Hairpinning>(UnknownReason.NoAnswer),
        LifetimeReason = UnknownReason.NoAnswer,
    };
}
