using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// One direction of a link. It has a random sequence of its own, so that other traffic does not change what happens here.
/// </summary>
internal sealed class Link
{
    private LinkOptions _options;
    private Bottleneck? _bottleneck;
    private SplitMix64 _random;

    public Link(LinkOptions options, ulong seed)
    {
        _options = options;
        _random = new SplitMix64(seed);
        Change(options);
    }

    public int Hops => _options.Hops;

    /// <summary>Changes what happens to later packets. The random sequence goes on, and what is queued keeps its time.</summary>
    public void Change(LinkOptions options)
    {
        _options = options;
        Instant idleAt = _bottleneck?.IdleAt ?? Instant.Zero;
        _bottleneck = options.Rate is { } rate ? new Bottleneck(rate, options.Queue, idleAt) : null;
    }

    /// <summary>Takes a packet, or says why it does not arrive.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="isFirst">Whether it comes from the host that made it.</param>
    /// <param name="now">When it comes.</param>
    /// <param name="left">When its last bit leaves.</param>
    public DropReason Take(in Packet packet, bool isFirst, Instant now, out Instant left)
    {
        left = now;
        int fragments = 1;
        if (packet.Size > _options.Mtu)
        {
            bool isWhole = packet.MustNotFragment || (packet.Destination.Host.IsV6 && !isFirst);
            if (isWhole) { return DropReason.TooLarge; }

            fragments = packet.CountFragments(_options.Mtu.Value);
        }

        int size = packet.Size + ((fragments - 1) * packet.FragmentOverhead);
        if (_bottleneck is not null && !_bottleneck.TryTake(size, now, out left)) { return DropReason.QueueFull; }

        if (IsOut(left)) { return DropReason.Outage; }

        return Loses(fragments) ? DropReason.Lost : DropReason.None;
    }

    public bool Duplicates() => Happens(_options.Duplication);

    public bool HoldsBack() => Happens(_options.Reordering);

    public TimeSpan NextDelay(bool isHeldBack)
    {
        TimeSpan delay = _options.Jitter == TimeSpan.Zero ? _options.Delay : _options.Delay + _random.NextDuration(_options.Jitter);
        return isHeldBack ? delay + _options.ReorderingDelay : delay;
    }

    private bool IsOut(Instant at)
    {
        for (int i = 0; i < _options.Outages.Count; i++)
        {
            if (_options.Outages[i].Covers(at)) { return true; }
        }

        return false;
    }

    // Draws for each fragment, so that the sequence does not depend on the outcome.
    private bool Loses(int fragments)
    {
        bool isLost = false;
        for (int i = 0; i < fragments; i++) { isLost |= Happens(_options.Loss); }

        return isLost;
    }

    private bool Happens(double share) => share > 0 && _random.NextDouble() < share;
}
