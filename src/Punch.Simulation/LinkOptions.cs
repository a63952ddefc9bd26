namespace Punch.Simulation;

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

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Jitter, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReorderingDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(Hops);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Hops, byte.MaxValue);
        ThrowUnlessShare(Loss);
        ThrowUnlessShare(Duplication);
        ThrowUnlessShare(Reordering);
    }

    private static void ThrowUnlessShare(double share)
    {
        if (share is not (>= 0 and <= 1)) { throw new ArgumentOutOfRangeException(nameof(share), share, "a share is from 0 to 1"); }
    }
}
