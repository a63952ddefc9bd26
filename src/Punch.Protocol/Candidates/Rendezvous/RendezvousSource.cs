using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Rendezvous;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>
/// Learns the peer's addresses from the servers where both parties join a room: those that the peer names in its sealed hello, and those
/// at which the servers see it.
/// </summary>
internal sealed class RendezvousSource : ICandidateSource
{
    private const int Near = 0;
    private const int Far = 1;
    private const int Private = 2;

    private readonly ServerRoster _servers;
    private readonly Introductions _introductions;
    private readonly Func<uint, RoomId> _roomOn;
    private readonly PartyId _party;
    private readonly Func<ReadOnlyMemory<byte>> _renewHello;
    private readonly DestinationPolicy _policy;
    private readonly EventQueue _events;
    private readonly CandidateSet _candidates = new(CandidateSide.Remote);
    private readonly Queue<RendezvousRequest> _requests = new();
    private readonly HashSet<TransportAddress> _narrow = [];
    private ReadOnlyMemory<byte> _hello;
    private SourceState _state = SourceState.Joining;

    /// <param name="servers">The servers.</param>
    /// <param name="introductions">Decides which party is the peer.</param>
    /// <param name="roomOn">The room of a day.</param>
    /// <param name="party">This party.</param>
    /// <param name="renewHello">Seals the hello as it should read now.</param>
    /// <param name="policy">Which addresses of the peer are tried.</param>
    /// <param name="events">Takes the events.</param>
    public RendezvousSource(
        ServerRoster servers,
        Introductions introductions,
        Func<uint, RoomId> roomOn,
        PartyId party,
        Func<ReadOnlyMemory<byte>> renewHello,
        DestinationPolicy policy,
        EventQueue events)
    {
        _servers = servers;
        _introductions = introductions;
        _roomOn = roomOn;
        _party = party;
        _renewHello = renewHello;
        _policy = policy;
        _events = events;
    }

    private enum SourceState
    {
        Joining,

        /// <summary>A server keeps us, and this was reported.</summary>
        Waiting,
        Ended,
    }

    /// <summary>Whether a server asked if this side is there: somebody is at the door, or the peer does not hear this side.</summary>
    public bool WasCheckedOn { get; set; }

    /// <summary>How many joins servers granted. Each brought the peer, if it is there, what this side says of itself.</summary>
    public int Granted { get; private set; }

    /// <summary>The servers that are asked, and how each of them stands.</summary>
    public List<RendezvousClient> Clients => _servers.Clients;

    /// <inheritdoc/>
    public bool IsEnded => _state == SourceState.Ended;

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            if (IsEnded) { return null; }

            Instant? next = _introductions.Peer is null ? _servers.NextTimeout : null;
            foreach (RendezvousClient client in Clients) { next = Instant.Earlier(next, client.NextTimeout); }

            return next;
        }
    }

    /// <summary>The room of the seat that a server keeps.</summary>
    public RoomId RoomOf(RendezvousClient client) => _roomOn(client.DayOf(isLeaving: true));

    /// <summary>Joins on the first servers.</summary>
    public void Begin(Instant now)
    {
        _hello = _renewHello();
        _servers.Begin(now);
        foreach (RendezvousClient client in Clients) { client.Join(_requests, now); }
    }

    /// <summary>Whether a server answered small joins alone.</summary>
    public bool WasNarrow => _narrow.Count > 0;

    /// <summary>Whether a server ever replied.</summary>
    public bool HasAnyReply() => _servers.HasAnyReply();

    /// <summary>Asks all servers again, each from the local port that is in use for its family.</summary>
    public void AskAgain(Func<TransportAddress, TransportAddress> current, Instant now)
    {
        _hello = _renewHello();
        foreach (RendezvousClient client in Clients)
        {
            TransportAddress local = current(client.Server);
            if (local != client.Local) { client.MoveTo(local, _requests, now); }
            else { client.Join(_requests, now); }
        }
    }

    /// <summary>A server may have no seat where this side believes to have one: those that keep one are asked.</summary>
    public void CheckSeats(Instant now)
    {
        _hello = _renewHello();
        foreach (RendezvousClient client in Clients) { client.Check(_requests, now); }
    }

    /// <summary>Joins at another address of the server, too.</summary>
    public void Join(in TransportAddress server, Instant now)
    {
        if (IsEnded || _servers.TryAdd(server) is not { } client) { return; }

        _hello = _renewHello();
        client.Join(_requests, now);
    }

    /// <summary>Asks no more at an address of the server.</summary>
    public void Drop(in TransportAddress server) => _servers.Remove(server);

    /// <summary>Says how the search for a path stands: it decides how often the servers are asked.</summary>
    public void NoteSearch(bool isSeeking, bool hasPath, Instant now)
    {
        foreach (RendezvousClient client in Clients)
        {
            client.HasPath = hasPath;
            client.Seek(isSeeking, now);
        }
    }

    /// <summary>The addresses of the peer that are known and not named as candidates, or that no local port can send to.</summary>
    public IReadOnlyList<TransportAddress> Untried(Func<bool, bool> hasFamily)
    {
        if (_introductions.Peer is not { } peer) { return []; }

        IEnumerable<TransportAddress> known = peer.Hello.Candidates.Select(candidate => candidate.Address)
            .Where(address => !address.IsStream)
            .Concat(new[] { peer.V4, peer.V6 }.OfType<RemoteParty.Sighting>().Select(sighting => sighting.Address));
        HashSet<TransportAddress> named = [.. PeerCandidates().Select(candidate => candidate.Address)];
        return
        [
            .. known.Select(address => _policy.OnLink(address)).Distinct()
                .Where(address => !named.Contains(address) || !hasFamily(address.Host.IsV6)),
        ];
    }

    /// <summary>Names the candidates of the peer as they are known now.</summary>
    public void Rename()
    {
        if (_introductions.Peer is { } peer) { _policy.IsSameSite = IsSameSite(peer); }

        _candidates.Replace(PeerCandidates());
    }

    /// <inheritdoc/>
    public bool Expects(in Datagram datagram) => !SealedSession.IsFrame(datagram.Payload);

    /// <inheritdoc/>
    public bool TryTake(out CandidateChange change) => _candidates.TryTake(out change);

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        foreach (RendezvousClient client in Clients)
        {
            if (client.Server != datagram.From) { continue; }

            bool isJoinReply = JoinReply.TryRead(datagram.Payload, out JoinReply reply);
            if (isJoinReply && client.IsReply(reply)) { ReceiveReply(client, reply, now); }
            else if (isJoinReply && client.TryReceiveLate(reply, _requests, now)) { return; }
            else if (PeerNotice.TryRead(datagram.Payload, out PeerNotice notice)) { ReceiveNotice(client, notice, now); }
            else { Inspect(client, datagram, now); }

            return;
        }

        foreach (RendezvousClient client in Clients) { Inspect(client, datagram, now); }
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        if (notice is { Kind: NetworkNoticeKind.ServersChanged, Servers: { } servers }) { Use(servers, now); }

        if (notice.Kind == NetworkNoticeKind.HostsChanged) { Rename(); }
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        foreach (RendezvousClient client in Clients)
        {
            if (IsEnded || now < client.NextTimeout) { continue; }

            _hello = _renewHello();
            client.HasSubstitute = HasAnyReply();
            Report(client, client.Timeout(_requests, now), now);
        }

        _servers.HasPeer = _introductions.Peer is not null;
        while (!IsEnded && _servers.TryBegin(now) is { } next)
        {
            _hello = _renewHello();
            next.Join(_requests, now);
        }
    }

    /// <inheritdoc/>
    public void Stop(Instant now) => _state = SourceState.Ended;

    /// <summary>Gives up the seats on all servers, and ends.</summary>
    public void Leave(Instant now)
    {
        foreach (RendezvousClient client in Clients) { client.Leave(_requests); }

        Stop(now);
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (_requests.TryDequeue(out RendezvousRequest request))
        {
            RoomId room = _roomOn(request.Client.DayOf(request.IsLeave));
            int length = request.Client.Write(request, room, _party, _hello.Span, buffer);
            if (length == 0) { continue; }

            transmit = new Transmit(request.Local, request.Client.Server, length);
            return true;
        }

        transmit = default;
        return false;
    }

    private void Use(IReadOnlyList<TransportAddress> servers, Instant now)
    {
        _hello = _renewHello();
        foreach (RendezvousClient client in _servers.Use(servers)) { client.Join(_requests, now); }
    }

    private void Inspect(RendezvousClient client, in Datagram datagram, Instant now)
    {
        if (!client.NoteUnusable(datagram)) { return; }

        _events.Add(new SessionEvent
        {
            Kind = SessionEventKind.ServerUnusable,
            Elapsed = _events.Elapsed(now),
            Remote = client.Server,
            Unusable = client.Unusable,
        });
    }

    private void ReceiveNotice(RendezvousClient client, in PeerNotice notice, Instant now)
    {
        if (notice.IsCheck) { client.Check(_requests, now); }

        _introductions.Introduce(notice.Peer, client.Server, IntroductionSource.Notice, now);
        WasCheckedOn |= notice.IsCheck;
    }

    private void ReceiveReply(RendezvousClient client, in JoinReply reply, Instant now)
    {
        _introductions.Introduce(reply.Peer, client.Server, IntroductionSource.Reply, now);
        if (!client.TryReceive(reply, _requests, now, out ServerChange change)) { return; }

        foreach (RendezvousClient other in Clients) { other.NoteTicket(_requests, now); }

        Granted += client.IsStored ? 1 : 0;
        Report(client, change, now);
        ReportNarrow(client, now);
        if (!client.IsStored || !reply.Peer.IsEmpty || client.TellsFirst) { return; }

        if (_introductions.TryNoteGone(client.Server)) { _state = SourceState.Joining; }

        if (_state != SourceState.Joining) { return; }

        _state = SourceState.Waiting;
        _events.Add(SessionEventKind.Waiting, now);
    }

    private void ReportNarrow(RendezvousClient client, Instant now)
    {
        if (!client.IsNarrow || !_narrow.Add(client.Server)) { return; }

        _events.Add(new SessionEvent
        {
            Kind = SessionEventKind.ServerNarrow,
            Elapsed = _events.Elapsed(now),
            Remote = client.Server,
        });
    }

    private void Report(RendezvousClient client, ServerChange change, Instant now)
    {
        if (change == ServerChange.None) { return; }

        _events.Add(new SessionEvent
        {
            Kind = change switch
            {
                ServerChange.Answered => SessionEventKind.ServerAnswered,
                ServerChange.Silent => SessionEventKind.ServerSilent,
                ServerChange.Back => SessionEventKind.ServerBack,
                _ => SessionEventKind.ServerRefused,
            },
            Elapsed = _events.Elapsed(now),
            Remote = client.Server,
            Mapped = client.Mapped.GetValueOrDefault(),
            Code = client.Refusal.GetValueOrDefault(),
        });
    }

    // Both are inside of one NAT, as far as a server tells that knows both.
    private bool IsSameSite(RemoteParty peer)
    {
        foreach (RendezvousClient client in _servers.Clients)
        {
            RemoteParty.Sighting? seen = client.Server.Host.IsV6 ? peer.V6 : peer.V4;
            if (seen?.Address.Host.IsPublic() == true && seen.Value.Address.Host == client.Mapped?.Host) { return true; }
        }

        return false;
    }

    // The near ones first: they need no NAT. Private ones that may be anywhere last.
    private IEnumerable<Candidate> PeerCandidates()
    {
        if (_introductions.Peer is not { } peer) { return []; }

        // When an address of a TURN server is tried is decided elsewhere.
        ILookup<int, Candidate> named = peer.Hello.Candidates
            .Where(candidate => candidate.Kind != CandidateKind.Relayed)
            .Select(candidate => candidate with { Address = _policy.OnLink(candidate.Address) })
            .Where(candidate => !candidate.Address.IsStream && _policy.Allows(candidate.Address))
            .ToLookup(candidate => _policy.Hosts.IsNear(candidate.Address.Host) ? Near : candidate.Address.Host.IsPublic() ? Far : Private);
        IEnumerable<Candidate> seen = new[] { peer.V4, peer.V6 }.OfType<RemoteParty.Sighting>()
            .Select(sighting => sighting with { Address = _policy.OnLink(sighting.Address) })
            .Where(sighting => _policy.AllowsSeen(sighting.Address, sighting.Server))
            .Select(sighting => new Candidate(CandidateKind.ServerReflexive, sighting.Address));
        return [.. named[Near], .. seen, .. named[Far], .. named[Private]];
    }
}
