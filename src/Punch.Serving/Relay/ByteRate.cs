using Punch.Protocol;

namespace Punch.Serving.Relay;

/// <summary>
/// A limit in bytes a second with a burst. Each that is limited keeps one number: when its bucket is full again, in
/// <see cref="UnitsPerTick"/>. Past instants all mean a full bucket.
/// </summary>
/// <param name="perSecond">Bytes a second; 0 for no limit.</param>
internal readonly struct ByteRate(long perSecond)
{
    /// <summary>The burst of a slow limit: what a few batches of datagrams hold.</summary>
    public const int LeastBurst = 65_536;

    /// <summary>So fine that a datagram of a fast line costs many.</summary>
    private const int UnitsPerTick = 256;

    // The burst of a fast limit lasts 20 ms.
    private const int BurstsPerSecond = 50;

    private readonly long _burst = perSecond == 0 ? 0 : CostOf(Math.Max(LeastBurst, perSecond / BurstsPerSecond), perSecond);

    /// <summary>Takes bytes; false, and nothing taken, when there are not as many.</summary>
    public bool TrySpend(ref long fullAt, int bytes, Instant now)
    {
        if (perSecond == 0) { return true; }

        long at = now.Ticks * UnitsPerTick;
        long next = Math.Max(fullAt, at) + CostOf(bytes, perSecond);
        if (next > at + _burst) { return false; }

        fullAt = next;
        return true;
    }

    private static long CostOf(long bytes, long perSecond) => bytes * (TimeSpan.TicksPerSecond * UnitsPerTick) / perSecond;
}
