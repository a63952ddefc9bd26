namespace Punch.Protocol.Paths.Plans;

/// <summary>Tries only the addresses of the peer.</summary>
internal sealed class NoPlan : IPathPlan
{
    public static readonly NoPlan Instance = new();

    /// <inheritdoc/>
    public Instant? NextTimeout => null;

    /// <inheritdoc/>
    public IEnumerable<TransportAddress> Places => [];

    /// <inheritdoc/>
    public byte Round => 0;

    /// <inheritdoc/>
    public bool HasTried => false;

    /// <inheritdoc/>
    public void Timeout(PathFinder finder, Instant now)
    {
        // It has no deadlines.
    }

    /// <inheritdoc/>
    public void OnSilence(PathFinder finder, Instant now) => finder.Restart(now);

    /// <inheritdoc/>
    public void OnResumed(Instant now)
    {
        // It has nothing to repeat.
    }

    /// <inheritdoc/>
    public bool Withholds(in TransportAddress remote) => false;

    /// <inheritdoc/>
    public bool IsOwn(in Route route) => false;
}
