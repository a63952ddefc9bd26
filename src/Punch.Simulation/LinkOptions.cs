namespace Punch.Simulation;

/// <summary>What a link does to packets, each direction by itself.</summary>
public sealed record LinkOptions
{
    /// <summary>The time a packet takes one way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The most that is added to the delay, uniformly drawn for each packet. Packets may overtake each other then.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The share of packets lost, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>The share of packets that arrive twice, 0 to 1.</summary>
    public double Duplication { get; init; }

    /// <summary>The share of packets held back by <see cref="ReorderingDelay"/>, 0 to 1, so that later ones overtake them.</summary>
    public double Reordering { get; init; }

    /// <summary>How long a packet that is reordered is held back.</summary>
    public TimeSpan ReorderingDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The routers this link stands for, 0 to 255: what crossing it costs of the hop limit. Two hosts on one router are joined by a
    /// switch, which costs nothing.
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
