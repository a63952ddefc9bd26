namespace Punch.Tests.Session;

/// <summary>
/// A session with streams in a simulated network. Each stream is a flow of its own from a port of its own, so that a server sees another
/// client there. What opens and what is dropped is up to the scenario.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="network">How its network treats it.</param>
/// <param name="firstPort">The port of the first stream. Streams from a port of their own have one above it.</param>
internal sealed class TunnelMachine(PeerSession session, TunnelNetwork network, ushort firstPort) : IProtocol<SessionEvent>
{
    private readonly Dictionary<TransportAddress, TransportAddress> _locals = [];
    private readonly List<(Instant At, NetworkNotice Notice)> _notices = [];
    private readonly List<(Instant At, StreamRequest Request)> _requests = [];
    private ushort _opened;
    private Instant _now;

    /// <summary>What the session asked for.</summary>
    public IReadOnlyList<(Instant At, StreamRequest Request)> Requests => _requests;

    /// <summary>The open streams.</summary>
    public IReadOnlyCollection<TransportAddress> Open => _locals.Keys;

    /// <inheritdoc/>
    public bool IsEnded => session.IsEnded;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Payload => session.Payload;

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            Instant? next = session.NextTimeout;
            foreach ((Instant at, _) in _notices) { next = Instant.Earlier(next, at); }

            return IsEnded ? null : next;
        }
    }

    /// <summary>The network breaks a stream.</summary>
    public void Break(TransportAddress remote, Instant now)
    {
        _locals.Remove(remote);
        session.Note(NetworkNotice.StreamClosed(remote, "the connection was reset"), now);
    }

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        _now = now;
        TransportAddress to = datagram.To;
        foreach ((TransportAddress remote, TransportAddress local) in _locals)
        {
            if (local.Port != to.Port) { continue; }

            // Nothing but the far end of a stream speaks on it.
            if (datagram.From == network.FarEnd(remote)) { session.Receive(new Datagram(remote, local, datagram.Payload), now); }

            return;
        }

        if (!network.IsUdpBlocked() && to.Port < firstPort) { session.Receive(datagram, now); }
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now) => session.Note(notice, now);

    /// <inheritdoc/>
    public void Stop(Instant now) => session.Stop(now);

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        _now = now;
        foreach ((Instant _, NetworkNotice notice) in _notices.Where(each => each.At <= now).ToList())
        {
            if (notice.Kind == NetworkNoticeKind.StreamOpened) { _locals[notice.Remote] = notice.Local; }

            session.Note(notice, now);
        }

        _notices.RemoveAll(each => each.At <= now);
        if (session.NextTimeout <= now) { session.Timeout(now); }
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (session.TryTransmit(buffer, out transmit))
        {
            if (!transmit.To.IsStream)
            {
                if (!network.IsUdpBlocked() && !network.DropsPort(transmit.To.Port)) { return true; }

                continue;
            }

            if (!_locals.TryGetValue(transmit.To, out TransportAddress local)) { continue; }

            transmit = transmit with { From = new TransportAddress(HostAddress.AnyV4, local.Port), To = network.FarEnd(transmit.To) };
            return true;
        }

        while (session.TryStream(out StreamRequest request)) { Apply(request); }

        return false;
    }

    /// <inheritdoc/>
    public bool TryEvent(out SessionEvent e) => session.TryEvent(out e);

    private void Apply(in StreamRequest request)
    {
        TransportAddress remote = request.Remote;
        _requests.Add((_now, request));
        if (request.Action == StreamAction.Close)
        {
            _locals.Remove(remote);
            _notices.RemoveAll(each => each.Notice.Remote == remote);
            return;
        }

        ushort port = request.Local?.Port ?? (ushort)(firstPort + _opened++);
        var local = new TransportAddress(HostAddress.Parse("10.0.0.2"), port, remote.Transport);
        _notices.Add((_now + network.DialTime, network.Refusal(remote) is { } reason
            ? NetworkNotice.StreamClosed(remote, reason)
            : NetworkNotice.StreamOpened(local, remote)));
    }
}

/// <summary>How a network treats a <see cref="TunnelMachine"/>.</summary>
internal sealed record TunnelNetwork
{
    private const ushort ServerPort = 3478;

    /// <summary>Whether it drops all UDP now.</summary>
    public Func<bool> IsUdpBlocked { get; init; } = () => true;

    /// <summary>Whether it drops what goes to a UDP port.</summary>
    public Func<ushort, bool> DropsPort { get; init; } = _ => false;

    /// <summary>Why a stream does not open; null where it does.</summary>
    public Func<TransportAddress, string?> Refusal { get; init; } = _ => null;

    /// <summary>How long it takes until a stream is open or refused.</summary>
    public TimeSpan DialTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the server is at the far end of a stream.</summary>
    public Func<TransportAddress, TransportAddress> FarEnd { get; init; } = remote => new TransportAddress(remote.Host, ServerPort);
}
