namespace Punch.Benchmarks.Wan;

/// <summary>What a <see cref="Wire"/> does to packets, in both directions alike.</summary>
internal sealed record WireOptions
{
    /// <summary>The one-way delay.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Bits a second, headers included; 0 for any number.</summary>
    public double Rate { get; init; } = 200e6;

    /// <summary>The bytes that wait before the wire drops packets.</summary>
    public double Queue { get; init; } = 625e3;

    /// <summary>The share of packets lost after the queue, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>The largest IP packet. The wire drops larger ones, and sends no message about it.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>The bytes that the rate carries in a round trip.</summary>
    public double DelayProduct => Rate / 8 * 2 * Delay.TotalSeconds;

    public override string ToString() =>
        $"{Quantity.Text(Rate)}bit/s, {2 * Delay.TotalMilliseconds:0.#} ms round trip, queue {Quantity.Text(Queue)}B";
}
