namespace Punch.Protocol.Paths.Plans;

/// <summary>Tries the addresses of the peer, and nothing else.</summary>
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
        // Nothing comes due.
    }

    /// <inheritdoc/>
    public void OnSilence(PathFinder finder, Instant now) => finder.Restart(now);

    /// <inheritdoc/>
    public void OnResumed(Instant now)
    {
        // Nothing was interrupted.
    }

    /// <inheritdoc/>
    public bool Withholds(in TransportAddress remote) => false;

    /// <inheritdoc/>
    public bool IsOwn(in Route route) => false;
}
