namespace Punch.Protocol.Candidates.NamedHost;

/// <summary>The addresses that the user named, or the addresses of a name. They never change.</summary>
internal sealed class NamedHostSource : ICandidateSource
{
    private readonly CandidateSet _candidates = new(CandidateSide.Remote);

    public NamedHostSource(IReadOnlyList<TransportAddress> remotes) =>
        _candidates.Replace(remotes.Select(remote => new Candidate(CandidateKind.Host, remote)));

    /// <inheritdoc/>
    public bool IsEnded { get; private set; }

    /// <inheritdoc/>
    public Instant? NextTimeout => null;

    /// <inheritdoc/>
    public bool Expects(in Datagram datagram) => false;

    /// <inheritdoc/>
    public bool TryTake(out CandidateChange change) => _candidates.TryTake(out change);

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        // It sends nothing, so no datagram is for it.
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        // The addresses never change.
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        // It has no deadlines.
    }

    /// <inheritdoc/>
    public void Stop(Instant now) => IsEnded = true;

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        return false;
    }
}
