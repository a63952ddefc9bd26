using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.Interfaces;
using Punch.Protocol.Candidates.Reflexive;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Paths;
using Punch.Protocol.Paths.Plans;
using Punch.Protocol.Session.Wires;

namespace Punch.Protocol.Session.Gathering;

/// <summary>For a peer that shares a code: a room on a server, sealed frames, and fresh ports round by round.</summary>
internal sealed class MeetingGathering : IGathering
{
    private readonly SessionTarget.Meeting _target;
    private readonly EventQueue _events;
    private readonly MeetingSecrets _secrets;
    private readonly LocalPorts _ports;
    private readonly FreshPorts _rounds = new();
    private readonly SealedWire _wire = new();
    private readonly Introductions _introductions;
    private readonly InterfaceSource _interfaces;
    private readonly ReflexiveSource? _reflexive;
    private readonly RendezvousSource _rendezvous;
    private readonly OwnHello _own;
    private readonly PortUpkeep _upkeep;
    private readonly SourceSet _sources;
    private readonly MeetingWays _ways;
    private readonly MeetingProgress _progress = new();
    private TokenBucket _doubts = new(burst: 1, perSecond: 1);

    /// <exception cref="ArgumentException">No server has a local address of its family, or two local addresses are of one.</exception>
    public MeetingGathering(SessionOptions options, SessionTarget.Meeting target, EventQueue events, Instant now)
    {
        _target = target;
        _events = events;
        _secrets = new MeetingSecrets(target.Code, target.Party, target.Scalar);
        var random = new SplitMix64(options.Seed);
        _ports = new LocalPorts(options.Locals, random.Next());
        Gate = new OutgoingGate(new DestinationPolicy
        {
            TriesPrivate = target.TriesPrivate,
            IsRelayOnly = target.Relay == RelayPermission.Only,
            Hosts = target.Hosts,
            Link = target.Servers.Concat(target.Ways).Max(server => server.Host.ScopeId),
        });
        foreach (TransportAddress server in target.Servers) { Gate.Trust(server); }

        Finder = new PathFinder(MeetingPace.Rules, _rounds, _ports, Gate, events, _secrets.TokenKey, random.Next());
        TransportAddress[] servers = [.. target.Servers.Where(server => _ports.Has(server.Host.IsV6))];
        bool isReachable = servers.Length + target.Ways.Count > 0;
        if (!isReachable) { throw new ArgumentException("no server with a local address of its family", nameof(target)); }

        var seat = new SeatTicket();
        var calendar = new Calendar(options.WallClock, now);
        var roster = new ServerRoster(
            servers,
            server => new RendezvousClient(server, _ports.For(server), seat, _secrets.Ids, calendar, random.Next())
            {
                HidesAddress = Gate.Policy.IsRelayOnly,
                Password = target.Password,
            });

        _introductions = new Introductions(_secrets.Keys, _secrets.Own, target.Party);
        _interfaces = new InterfaceSource(target.Hosts);
        bool isHidden = Gate.Policy.IsRelayOnly;
        _reflexive = _ports.Has(isV6: false) && !isHidden
            ? new ReflexiveSource(_ports.Current(isV6: false), _secrets.Ids, Gate.Policy)
            : null;
        _rendezvous = new RendezvousSource(
            roster, _introductions, _secrets.Keys.RoomOn, target.Party, SealHello, Gate.Policy, events);
        _upkeep = new PortUpkeep(_ports, _rounds, Finder);
        ICandidateSource[] reflexive = _reflexive is null ? [] : [_reflexive];
        var parts = new WayParts(_rendezvous, Finder, _ports, Gate, _secrets.Ids, events);
        _ways = new MeetingWays(target, options.Locals, servers.Length > 0, parts, ref random, now);
        _sources = new SourceSet(Finder, [_interfaces, .. reflexive, _rendezvous, .. _ways.Sources]);
        _own = new OwnHello(_sources.Locals, _interfaces, _ports, _reflexive, _rendezvous, _secrets.Own, Gate.Policy);
        _sources.MoveCandidates();
        _rendezvous.Begin(now);
        _ways.Begin(now);
    }

    /// <inheritdoc/>
    public OutgoingGate Gate { get; }

    /// <inheritdoc/>
    public PathFinder Finder { get; }

    /// <inheritdoc/>
    public IPathWire Wire => _wire;

    /// <summary>The peer; null before an introduction.</summary>
    public RemoteParty? Peer => _introductions.Peer;

    /// <inheritdoc/>
    public bool PeerTrustsPathProof => _introductions.Peer is { } peer && peer.Hello.TrustsPathProof;

    /// <inheritdoc/>
    public bool PeerCarriesStreams => _introductions.Peer is { Hello.CarriesStreams: true };

    /// <inheritdoc/>
    public bool HasSeveralStreams => false;

    /// <inheritdoc/>
    public TimeSpan QuietPause => PeerTrustsPathProof ? MeetingPace.Keepalive : MeetingPace.KeepaliveOfOld;

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            Instant? next = Finder.Opens > 0 ? null : _progress.NextEnd(_target.Patience);
            return Instant.Earlier(next, Instant.Earlier(_sources.NextTimeout, _ways.NextTimeout));
        }
    }

    /// <inheritdoc/>
    public bool Owns(in TransportAddress local) => _ports.Owns(local) || _ways.Owns(local);

    /// <inheritdoc/>
    public Datagram Unwrap(in Datagram datagram) => _ways.Unwrap(datagram);

    /// <inheritdoc/>
    public bool TryCarry(Span<byte> buffer, ref Transmit transmit, Instant now) => _ways.TryCarry(buffer, ref transmit, now);

    /// <inheritdoc/>
    public bool TryStream(out StreamRequest request) => _ways.TryStream(out request);

    /// <inheritdoc/>
    public bool TryReceive(in Datagram datagram, Instant now)
    {
        if (SealedSession.IsFrame(datagram.Payload)) { return _ways.Refuses(datagram); }

        _introductions.NoteHeard(Finder.HeardAt);
        _introductions.MayReplacePeer = Finder.Path is null && !(now - Finder.HeardAt <= MeetingPace.HeldFor);
        _introductions.MayPeerBeGone = Finder.Path is null && !_progress.IsPeerHeard(Finder.HeardAt);
        _sources.Receive(datagram, now);
        if (_rendezvous.WasCheckedOn || _introductions.IsPeerContested) { DoubtPath(now); }

        return true;
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        if (notice.Kind == NetworkNoticeKind.SendFailed) { NoteSendFailed(notice, now); }

        _ways.Note(notice, now);

        if (notice is { Kind: NetworkNoticeKind.RoutesFound, Routed: { } routed }) { UseRoutes(routed, now); }

        bool isChanged = notice is { Kind: NetworkNoticeKind.HostsChanged, Hosts: { } hosts } && !hosts.SequenceEqual(_interfaces.Hosts);
        if (!isChanged) { return; }

        Finder.UseHosts(notice.Hosts!);
        _sources.Note(notice, now);
        _sources.MoveCandidates();
        Finder.NoteHostsChanged(now);
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        _sources.Timeout(now);
        _ways.Timeout(now);
    }

    /// <inheritdoc/>
    public void Settle(Instant now)
    {
        while (_introductions.TryTake(out Introduction introduction)) { Apply(introduction, now); }

        if (_progress.NoteMapped(_rendezvous) && Finder is { State: not PathState.Idle, Path: null }) { Finder.Seek(now); }

        _ways.SettleServers(_sources, _introductions.Peer, now);
        BeginReflexive(now);
        if (_reflexive?.Other is { } other) { Gate.Name(other, now); }

        Finder.PrimesFar = _reflexive?.Mapping != Dependence.Dependent;
        _sources.MoveCandidates();
        if (_ways.SettleRelays(_introductions.Peer, now))
        {
            _sources.MoveCandidates();
            Finder.Renew(TimeSpan.Zero, now);
            Finder.SendDueProbes(now);
        }

        bool isSeeking = Finder.IsTrying && (!Finder.IsHeard || _rounds.IsPeerBehind);
        _upkeep.Release(now);
        _rendezvous.NoteSearch(isSeeking || _progress.IsRejected, Finder.State == PathState.Open, now);
    }

    /// <inheritdoc/>
    public void Part(Instant now)
    {
        _introductions.Part();
        Finder.Part(now);
    }

    /// <inheritdoc/>
    public bool IsHopeless(Instant now)
    {
        if (Finder.Opens == 0 && _progress.NextEnd(_target.Patience) <= now) { return true; }

        return _ways.AreServersHopeless(hasPeer: _introductions.Peer is not null, now);
    }

    /// <inheritdoc/>
    public void GiveUpSeats(Instant now)
    {
        _rendezvous.Leave(now);
        _ways.GiveUpLeg(now);
    }

    /// <inheritdoc/>
    public void Leave(bool isHandedOver, Instant now)
    {
        // A port that is handed over must not get replies to requests of ours: the seats were given up before.
        if (!isHandedOver) { GiveUpSeats(now); }

        _rendezvous.Stop(now);
        _ways.Leave(now);
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit) => _sources.TryTransmit(buffer, out transmit);

    /// <inheritdoc/>
    public SessionOutcome Outcome() => _ways.Tell(new SessionOutcome
    {
        Result = _progress.Judge(Finder, _rendezvous),
        Refusal = MeetingProgress.LastRefusal(_rendezvous),
        Unusable = MeetingProgress.WorstReply(_rendezvous),
        Rejection = _progress.Rejection,
        Own = _own.Traits(),
        Peer = _introductions.Peer?.Hello.Traits ?? default,
        Mapped = MeetingProgress.FirstMapped(_rendezvous),
        PeerMapped = _introductions.Peer?.V4?.Address ?? _introductions.Peer?.V6?.Address,
        Rounds = _rounds.Rounds,
        Tried = Finder.Tried,
        Untried = _rendezvous.Untried(isV6 => _ports.Has(isV6)),
        LosesLarge = _rendezvous.WasNarrow,
        IsPeerGone = _progress.IsPeerGone,
        PeerRelays = _introductions.Peer?.Hello.Relays ?? false,
        HasHeard = Finder.HeardAt is not null,
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _introductions.Dispose();
        _ways.Dispose();
        _secrets.Dispose();
    }

    private ReadOnlyMemory<byte> SealHello() => _secrets.Sealer.Seal(_own.Hello(_rounds.Round));

    private void UseRoutes(IReadOnlySet<HostAddress> hosts, Instant now)
    {
        Gate.Policy.Routed = hosts;
        NameCandidates();
        if (_introductions.Peer is not null && Finder.IsTrying) { Finder.Renew(TimeSpan.Zero, now); }
    }

    // Somebody else is there with the code: it may be the peer, whose process was killed and started again.
    private void DoubtPath(Instant now)
    {
        _rendezvous.WasCheckedOn = false;
        _introductions.IsPeerContested = false;
        if (Finder.Path is not null && _doubts.TrySpend(now)) { Finder.Doubt(now); }
    }

    private void BeginReflexive(Instant now)
    {
        foreach (RendezvousClient client in _rendezvous.Clients)
        {
            if (client is { HasAnswered: true, Server: { IsStream: false, Host.IsV6: false } }) { _reflexive?.Begin(client.Server, now); }
        }
    }

    private void Apply(in Introduction introduction, Instant now)
    {
        switch (introduction.Kind)
        {
            case IntroductionKind.Adopted:
                Adopt(introduction, now);
                break;
            case IntroductionKind.Updated:
                Update(introduction, now);
                break;
            case IntroductionKind.Gone:
                _progress.NotePeerGone();
                Finder.Rest();
                break;
            case IntroductionKind.Withdrawn:
                _progress.WithdrawRejection();
                break;
            default:
                Reject(introduction.Rejection, now);
                break;
        }
    }

    private void Adopt(in Introduction introduction, Instant now)
    {
        RemoteParty peer = _introductions.Peer!;
        bool isLow = _target.Party.IsBelow(peer.Id);
        _progress.NotePeer(introduction.IsNewParty, now);
        _wire.Use(peer.Session, peer.Id, isLow);
        if (Finder.Path is not null) { Finder.Close(now - Finder.PathHeardAt, now); }

        Finder.BeginPeer(now);
        Finder.ChecksFirst = isLow;
        if (_rounds.Adopt(peer.Hello.Round, isLow, now) || introduction.IsOwnKeyNew) { Finder.Ask(CandidateWish.Again); }

        NameCandidates();
        Finder.Renew(PrimingFor(introduction.By), now);
        ReportPeer(now);
        Finder.SendDueProbes(now);
    }

    private void Update(in Introduction introduction, Instant now)
    {
        _progress.NotePeerBack(now);
        _rounds.NotePeerRound(_introductions.Peer!.Hello.Round);

        // The server says that it is there: worth going on for, but nothing new. A server can say so for ever.
        if (introduction.IsWorthTrying && (Finder.Path is null || introduction.IsChanged || _rounds.IsBehindPeer)) { Finder.Seek(now); }

        if (!introduction.IsChanged && !_rounds.IsBehindPeer) { return; }

        Finder.Optimize(now);
        NameCandidates();
        if (introduction.IsNewRound) { ReportPeer(now); }

        if (_rounds.IsBehindPeer) { _rounds.Join(Finder, now); }
        else { Finder.Renew(PrimingFor(introduction.By), now); }

        Finder.SendDueProbes(now);
    }

    private void Reject(HelloRejection rejection, Instant now)
    {
        if (!_progress.NoteRejection(rejection, now)) { return; }

        _events.Add(new SessionEvent { Kind = SessionEventKind.PeerRejected, Elapsed = _events.Elapsed(now), Rejection = rejection });
    }

    private TimeSpan PrimingFor(IntroductionSource by) =>
        by == IntroductionSource.Reply || _rounds.Leads ? TimeSpan.Zero : MeetingPace.Priming;

    private void ReportPeer(Instant now) => _events.Add(new SessionEvent
    {
        Kind = SessionEventKind.PeerFound,
        Elapsed = _events.Elapsed(now),
        Candidates = Finder.Targets.Count,
        Round = _introductions.Peer!.Hello.Round,
    });

    private void NameCandidates()
    {
        _rendezvous.Rename();
        _sources.MoveCandidates();
    }

    private void NoteSendFailed(in NetworkNotice notice, Instant now)
    {
        TransportAddress local = notice.Local;
        bool isInUse = notice.IsUnbound && _rendezvous.Clients.Any(client => client.Local == local);
        if (!isInUse || !_upkeep.TryReplace(local, now)) { return; }

        if (_introductions.Peer is not null) { Finder.Renew(_rounds.Leads ? TimeSpan.Zero : MeetingPace.Priming, now); }
    }
}
