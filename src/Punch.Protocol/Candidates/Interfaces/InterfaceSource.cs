namespace Punch.Protocol.Candidates.Interfaces;

/// <summary>The addresses of this machine's interfaces, as the driver lists them. The peer gets them.</summary>
internal sealed class InterfaceSource : ICandidateSource
{
    private readonly CandidateSet _candidates = new(CandidateSide.Local);

    public InterfaceSource(IReadOnlyList<LocalAddress> hosts) => Use(hosts);

    /// <summary>The addresses and their subnets.</summary>
    public IReadOnlyList<LocalAddress> Hosts { get; private set; } = [];

    /// <summary>
    /// The index of an address in <see cref="Hosts"/>, which are in order of preference; the number of hosts if it is not there.
    /// </summary>
    public int PlaceOf(HostAddress address)
    {
        int place = 0;
        while (place < Hosts.Count && Hosts[place].Address != address) { place++; }

        return place;
    }

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
        if (notice is { Kind: NetworkNoticeKind.HostsChanged, Hosts: { } hosts }) { Use(hosts); }
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        // The driver reports changes of the addresses.
    }

    /// <inheritdoc/>
    public void Stop(Instant now) => IsEnded = true;

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        return false;
    }

    private void Use(IReadOnlyList<LocalAddress> hosts)
    {
        Hosts = hosts;
        _candidates.Replace(hosts.Select(host => new Candidate(CandidateKind.Host, new TransportAddress(host.Address, 0))));
    }
}
