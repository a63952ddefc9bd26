namespace Punch.Protocol.Paths;

/// <summary>The local ports, by address family. The newest of a family is in use. Older ones still receive and reply.</summary>
internal sealed class LocalPorts
{
    /// <summary>The most ports of a family. Beyond it old ports are used again: their traces in NATs have expired by then.</summary>
    public const int MaxPorts = 12;

    // RFC 6335 §6: the dynamic ports.
    private const int FirstPort = 49_152;
    private const int PortCount = 16_384;

    private readonly List<TransportAddress> _v4 = [];
    private readonly List<TransportAddress> _v6 = [];
    private readonly Dictionary<TransportAddress, TransportAddress> _toServers = [];
    private readonly List<TransportAddress> _toPeers = [];
    private SplitMix64 _random;
    private TransportAddress _v4Current;
    private TransportAddress _v6Current;

    /// <summary>The local end of all ways through a TURN server. It is no port, so it stays whatever port or stream leads there.</summary>
    public TransportAddress Turned { get; }

    public LocalPorts(IReadOnlyList<TransportAddress> locals, ulong seed)
    {
        _random = new SplitMix64(seed);
        Turned = locals.Count > 0 ? locals[0] with { Transport = Transport.Turned } : default;
        foreach (TransportAddress local in locals)
        {
            List<TransportAddress> ports = Ports(local.Host.IsV6);
            if (ports.Count > 0) { throw new ArgumentException("one local address of each family", nameof(locals)); }

            ports.Add(local);
            Use(local);
        }
    }

    public bool Has(bool isV6) => Ports(isV6).Count > 0;

    /// <summary>The port in use. Call it only if <see cref="Has"/> is true.</summary>
    public TransportAddress Current(bool isV6) => isV6 ? _v6Current : _v4Current;

    /// <summary>Notes an open stream to a server. Its near end is a port, too, until <see cref="Close"/>.</summary>
    public void Open(in TransportAddress remote, in TransportAddress local) => _toServers[remote] = local;

    /// <summary>Notes that the stream to a server is closed.</summary>
    public void Close(in TransportAddress remote) => _toServers.Remove(remote);

    /// <summary>Sets the local addresses of streams to the peer. They never change.</summary>
    public void UseStreams(IEnumerable<TransportAddress> locals) => _toPeers.AddRange(locals);

    /// <summary>Whether there is a port from which this address can be sent to.</summary>
    public bool Reaches(in TransportAddress remote) => Has(remote.Host.IsV6) || _toServers.ContainsKey(remote);

    /// <summary>The port in use for this address. Call it only if <see cref="Reaches"/> is true.</summary>
    public TransportAddress For(TransportAddress remote)
    {
        if (!remote.IsStream) { return Current(remote.Host.IsV6); }

        if (_toServers.TryGetValue(remote, out TransportAddress local)) { return local; }

        foreach (TransportAddress stream in _toPeers)
        {
            if (stream.Host.IsV6 == remote.Host.IsV6) { return stream; }
        }

        return Current(remote.Host.IsV6);
    }

    public bool Owns(in TransportAddress local) =>
        Ports(local.Host.IsV6).Contains(local) || (local.IsStream && (_toServers.ContainsValue(local) || _toPeers.Contains(local)));

    /// <summary>Whether this is a local port, so that this machine would send to itself.</summary>
    public bool OwnsPort(ushort port, bool isV6)
    {
        foreach (TransportAddress local in Ports(isV6))
        {
            if (local.Port == port) { return true; }
        }

        return false;
    }

    /// <summary>Takes a fresh port into use, or the oldest but one if there are too many.</summary>
    public TransportAddress TakeFresh(bool isV6)
    {
        List<TransportAddress> ports = Ports(isV6);
        TransportAddress first = ports[0];
        TransportAddress fresh = first;
        if (ports.Count >= MaxPorts)
        {
            fresh = ports[1];
            ports.RemoveAt(1);
        }

        while (ports.Contains(fresh)) { fresh = first with { Port = (ushort)(FirstPort + _random.NextInt(PortCount)) }; }

        ports.Add(fresh);
        Use(fresh);
        return fresh;
    }

    /// <summary>Gives up all ports but the first of each family and this one, which is used from now on.</summary>
    /// <returns>Whether another port is in use than before.</returns>
    public bool Release(TransportAddress kept)
    {
        bool isMoved = false;
        foreach (List<TransportAddress> ports in (ReadOnlySpan<List<TransportAddress>>)[_v4, _v6])
        {
            if (ports.Count < 2) { continue; }

            TransportAddress used = ports.Contains(kept) ? kept : ports[0];
            isMoved |= Current(used.Host.IsV6) != used;
            for (int i = ports.Count - 1; i > 0; i--)
            {
                if (ports[i] != used) { ports.RemoveAt(i); }
            }

            Use(used);
        }

        return isMoved;
    }

    /// <summary>Gives up a fresh port that could not be bound; false for the first port, which has no replacement.</summary>
    public bool TryDiscard(in TransportAddress local)
    {
        List<TransportAddress> ports = Ports(local.Host.IsV6);
        if (ports.IndexOf(local) < 1) { return false; }

        ports.Remove(local);
        Use(ports[^1]);
        return true;
    }

    private List<TransportAddress> Ports(bool isV6) => isV6 ? _v6 : _v4;

    private void Use(in TransportAddress local)
    {
        if (local.Host.IsV6) { _v6Current = local; }
        else { _v4Current = local; }
    }
}
