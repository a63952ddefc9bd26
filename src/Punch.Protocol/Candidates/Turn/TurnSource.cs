using Punch.Protocol.Events;
using Punch.Protocol.Stun;
using Punch.Protocol.Turn;

namespace Punch.Protocol.Candidates.Turn;

/// <summary>
/// Has an address of a TURN server (RFC 8656), from the start on. The address is a candidate of this side, so a peer needs nothing but UDP.
/// <para>
/// On this side the way through the server is an address of the peer with the transport <see cref="Transport.Turned"/>:
/// <see cref="TryWrap"/> puts what goes there into a message to the server, and <see cref="Unwrap"/> takes out what came from there.
/// </para>
/// <para>The server gets a permission only for hosts that <see cref="Permit"/> names. When the way is used is not decided here.</para>
/// </summary>
internal sealed class TurnSource : ICandidateSource, IDisposable
{
    // RFC 4787 REQ-5: some NATs forget a way that nobody uses after 30 s. It is kept open, so that it can take over at once.
    private static readonly TimeSpan KeepalivePause = TimeSpan.FromSeconds(20);

    private readonly TransactionIdSource _ids;
    private readonly TurnCredentials _credentials;
    private readonly TurnAllocation _allocation;
    private readonly TurnPeers _peers;
    private readonly EventQueue _events;
    private readonly CandidateSet _candidates = new(CandidateSide.Local);
    private readonly TransportAddress _end;
    private RelayedAddresses _relayed;
    private TurnFailure? _reported;
    private Instant _quietSince;
    private bool _isKeepaliveDue;

    /// <param name="server">The server.</param>
    /// <param name="locals">The local ports, at most one of each family.</param>
    /// <param name="end">The local end of the way through the server.</param>
    /// <param name="policy">Decides where this machine may be sent on to.</param>
    /// <param name="ids">Makes transaction ids.</param>
    /// <param name="events">Takes the events.</param>
    /// <param name="seed">The seed of fresh ports.</param>
    public TurnSource(
        TurnServer server, IReadOnlyList<TransportAddress> locals, TransportAddress end, DestinationPolicy policy, TransactionIdSource ids,
        EventQueue events, ulong seed)
    {
        _ids = ids;
        _events = events;
        _credentials = new TurnCredentials(server.User, server.Password.Span);
        _allocation = new TurnAllocation(server.Addresses, locals, ids, _credentials, policy, seed);
        _peers = new TurnPeers(ids, _credentials);
        _end = end;
    }

    /// <summary>The address of the server that is asked, which the gate must let pass.</summary>
    public TransportAddress Server => _allocation.Server;

    /// <summary>Whether the server would relay.</summary>
    public bool IsReady => !_allocation.Relayed.IsNone;

    /// <inheritdoc/>
    public bool IsEnded => _allocation.IsEnded;

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            if (IsEnded) { return null; }

            Instant? next = IsReady ? _quietSince + KeepalivePause : null;
            return Instant.Earlier(next, Instant.Earlier(_allocation.NextTimeout, _peers.NextTimeout));
        }
    }

    /// <summary>Why there is no address now; null while there is one, or before a first failure.</summary>
    public StunErrorCode? Refusal => _allocation.Failure?.Code;

    /// <summary>Asks the server for an address.</summary>
    public void Begin(Instant now)
    {
        _allocation.Begin(now);
        Settle(now);
    }

    /// <summary>Lets these hosts send through the server, and no others.</summary>
    public void Permit(IReadOnlyCollection<HostAddress> hosts, Instant now) => _peers.Permit(hosts, now);

    /// <summary>Asks whether the server still keeps the address.</summary>
    public void Check(Instant now) => _allocation.Check(now);

    /// <summary>Whether the server would relay to this host: it lends an address of the same family.</summary>
    public bool Reaches(HostAddress peer) => _allocation.Relayed.Reach(peer);

    /// <summary>Whether this is the local end of the way through the server.</summary>
    public bool Owns(in TransportAddress local) => local == _end;

    /// <summary>Whether requests go out from this local port.</summary>
    public bool Uses(in TransportAddress local) => !IsEnded && local == _allocation.Local;

    /// <inheritdoc/>
    public bool Expects(in Datagram datagram) => datagram.From == Server && datagram.Payload is [< 0x80, ..];

    /// <inheritdoc/>
    public bool TryTake(out CandidateChange change) => _candidates.TryTake(out change);

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        if (IsEnded || datagram.From != Server || !TurnReply.TryRead(datagram.Payload, out TurnReply reply)) { return; }

        if (!_allocation.TryReceive(reply, now)) { _peers.TryReceive(reply, now); }

        Settle(now);
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        _allocation.Note(notice, now);
        Settle(now);
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        _allocation.Timeout(now);
        _peers.Timeout(now);
        if (IsReady && now - _quietSince >= KeepalivePause) { (_isKeepaliveDue, _quietSince) = (true, now); }

        Settle(now);
    }

    /// <inheritdoc/>
    public void Stop(Instant now) => _allocation.End();

    /// <summary>Gives the address up, and ends.</summary>
    public void Leave() => _allocation.Leave();

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (_allocation.TryTake(out TurnRequest request) || (!IsEnded && _peers.TryTake(out request)))
        {
            int length = request.Write(buffer, _credentials);
            transmit = new Transmit(_allocation.Local, Server, length);
            if (length > 0) { return true; }
        }

        transmit = default;
        if (!_isKeepaliveDue || !IsReady || IsEnded) { return false; }

        _isKeepaliveDue = false;
        transmit = new Transmit(_allocation.Local, Server, WriteKeepalive(buffer));
        return true;
    }

    /// <summary>Takes the next request about the stream to the server.</summary>
    public bool TryStream(out StreamRequest request) => _allocation.TryStream(out request);

    /// <summary>Puts a datagram to a peer into a message to the server; false if it is lost, as on any network.</summary>
    /// <param name="buffer">The datagram, then room for the header.</param>
    /// <param name="transmit">The datagram's way, which becomes that of the message.</param>
    /// <param name="now">When.</param>
    public bool TryWrap(Span<byte> buffer, ref Transmit transmit, Instant now)
    {
        TransportAddress peer = transmit.To with { Transport = Transport.Udp };
        bool isOpen = IsReady && transmit.HopLimit == 0 && _peers.Permits(peer.Host);
        if (!isOpen) { return false; }

        ushort channel = _peers.ChannelTo(peer, now);
        int length = channel == 0
            ? TurnIndication.Wrap(buffer, transmit.Length, peer, _ids.Next())
            : ChannelData.Wrap(buffer, transmit.Length, channel);
        transmit = new Transmit(_allocation.Local, Server, length);
        _quietSince = now;
        return length > 0;
    }

    /// <summary>What a peer sent through the server; the datagram itself if it is anything else.</summary>
    public Datagram Unwrap(in Datagram datagram)
    {
        if (!IsReady || datagram.From != Server) { return datagram; }

        if (ChannelData.TryRead(datagram.Payload, out ushort channel, out Range range))
        {
            return _peers.PeerOf(channel) is { } bound && _peers.Permits(bound.Host)
                ? FromPeer(bound, datagram.Payload[range])
                : datagram;
        }

        bool isData = TurnIndication.TryRead(datagram.Payload, out TransportAddress peer, out ReadOnlySpan<byte> data);
        if (!isData || !_peers.Permits(peer.Host)) { return datagram; }

        _peers.NoteHeard(peer);
        return FromPeer(peer, data);
    }

    /// <summary>Wipes the password.</summary>
    public void Dispose() => _credentials.Dispose();

    // RFC 8489 §2: a Binding indication, which nobody replies to.
    private int WriteKeepalive(Span<byte> buffer)
    {
        bool isWritten = StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Indication, _ids.Next(), out StunWriter writer)
            && writer.TryWriteFingerprint();
        return isWritten ? writer.Length : 0;
    }

    private Datagram FromPeer(TransportAddress peer, ReadOnlySpan<byte> data) =>
        new(peer with { Transport = Transport.Turned }, _end, data);

    private void Settle(Instant now)
    {
        if (_peers.IsLost) { _allocation.Lose(now); }

        if (_relayed != _allocation.Relayed)
        {
            _relayed = _allocation.Relayed;
            _candidates.Replace(_relayed.All.Select(relayed => new Candidate(CandidateKind.Relayed, relayed)));
            if (_relayed.IsNone) { _peers.End(); }
            else
            {
                (_reported, _quietSince) = (null, now);
                _peers.Begin(Server.IsStream, now);
                foreach (TransportAddress relayed in _relayed.All) { Report(SessionEventKind.TurnReady, relayed, default, now); }
            }
        }

        if (_peers.TakeForbidden() is { } host)
        {
            Report(SessionEventKind.TurnForbidden, new TransportAddress(host, 0), new TurnFailure(StunErrorCode.Forbidden, null), now);
        }

        if (_allocation.Failure is not { } failure || failure == _reported) { return; }

        _reported = failure;
        Report(SessionEventKind.TurnFailed, default, failure, now);
    }

    private void Report(SessionEventKind kind, in TransportAddress mapped, in TurnFailure failure, Instant now)
    {
        _events.Add(new SessionEvent
        {
            Kind = kind,
            Elapsed = _events.Elapsed(now),
            Remote = Server,
            Mapped = mapped,
            Code = failure.Code,
            Reason = failure.Reason,
        });
    }
}
