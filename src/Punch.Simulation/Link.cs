using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// One direction of a link. It has a random sequence of its own, so that other traffic does not change what happens here.
/// </summary>
internal sealed class Link(LinkOptions options, ulong seed)
{
    private SplitMix64 _random = new(seed);

    public int Hops => options.Hops;

    public bool Loses() => Happens(options.Loss);

    public bool Duplicates() => Happens(options.Duplication);

    public bool HoldsBack() => Happens(options.Reordering);

    public TimeSpan NextDelay(bool isHeldBack)
    {
        TimeSpan delay = options.Jitter == TimeSpan.Zero ? options.Delay : options.Delay + _random.NextDuration(options.Jitter);
        return isHeldBack ? delay + options.ReorderingDelay : delay;
    }

    private bool Happens(double share) => share > 0 && _random.NextDouble() < share;
}
