using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>A time in which a link carries nothing, from an instant until just before another.</summary>
public readonly record struct Outage(Instant From, Instant Until)
{
    internal bool Covers(Instant at) => at >= From && at < Until;
}

/// <summary>The effects of a link on packets, for each direction separately.</summary>
public sealed record LinkOptions
{
    /// <summary>The one-way delay.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The largest random addition to the delay, drawn uniformly for each packet. Packets may then overtake each other.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The share of packets lost, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>The share of packets that arrive twice, 0 to 1.</summary>
    public double Duplication { get; init; }

    /// <summary>The share of packets held back by <see cref="ReorderingDelay"/>, 0 to 1, so that later ones overtake them.</summary>
    public double Reordering { get; init; }

    /// <summary>How long a reordered packet is held back.</summary>
    public TimeSpan ReorderingDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The number of routers on this link, 0 to 255. Crossing it takes that many hops of the hop limit. Two hosts on one router share a
    /// switch, which takes none.
    /// </summary>
    public int Hops { get; init; } = 1;

    /// <summary>How many bits a second it carries, headers included; null for any number.</summary>
    public long? Rate { get; init; }

    /// <summary>
    /// The most bytes that a link with a <see cref="Rate"/> holds, the packet that it is sending included. It drops a packet beyond them
    /// (drop-tail), unless the link is idle.
    /// </summary>
    public long Queue { get; init; } = long.MaxValue;

    /// <summary>
    /// The largest IP packet in bytes, headers included; null for no limit. A larger one is dropped if it must not be fragmented.
    /// Otherwise it crosses in fragments, and the loss of one of them loses it. IPv6 is fragmented only by its host (RFC 8200 §5).
    /// </summary>
    public int? Mtu { get; init; }

    /// <summary>When the link carries nothing. A packet is lost if its last bit would leave then.</summary>
    public IReadOnlyList<Outage> Outages { get; init; } = [];

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Jitter, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReorderingDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(Hops);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Hops, byte.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Rate ?? 1, nameof(Rate));
        ArgumentOutOfRangeException.ThrowIfNegative(Queue);
        ArgumentOutOfRangeException.ThrowIfLessThan(Mtu ?? SmallestMtu, SmallestMtu, nameof(Mtu));
        ThrowUnlessShare(Loss);
        ThrowUnlessShare(Duplication);
        ThrowUnlessShare(Reordering);
    }

    // RFC 791 §3.2: every link carries 68 bytes, a header of 60 and a fragment of 8.
    private const int SmallestMtu = 68;

    private static void ThrowUnlessShare(double share)
    {
        if (share is not (>= 0 and <= 1)) { throw new ArgumentOutOfRangeException(nameof(share), share, "a share is from 0 to 1"); }
    }
}
