using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// The sender of a link with a rate, and the queue in front of it. The instant when it will be idle tells what it holds. So it keeps no
/// list.
/// </summary>
internal sealed class Bottleneck(long rate, long limit, Instant idleAt)
{
    private const long BitTicks = 8 * TimeSpan.TicksPerSecond;

    private readonly long _longest = (long)Int128.Min((Int128)limit * BitTicks / rate, TimeSpan.MaxValue.Ticks);

    // The part of a tick that the last packets took, times the rate. Without it, a fast link would be slower than its rate.
    private long _rest;

    /// <summary>When all that it holds has left.</summary>
    public Instant IdleAt { get; private set; } = idleAt;

    /// <summary>Queues a packet; false if there is no room for it.</summary>
    public bool TryTake(int bytes, Instant now, out Instant left)
    {
        bool isIdle = IdleAt <= now;
        Instant start = isIdle ? now : IdleAt;
        long work = (bytes * BitTicks) + (isIdle ? 0 : _rest);
        left = start + TimeSpan.FromTicks(work / rate);
        if (!isIdle && (left - now).Ticks > _longest) { return false; }

        (IdleAt, _rest) = (left, work % rate);
        return true;
    }
}
