using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.Interfaces;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Paths;
using Punch.Protocol.Paths.Plans;
using Punch.Protocol.Session.Wires;

namespace Punch.Protocol.Session.Gathering;

/// <summary>
/// For a peer that shares a code, where one side knows the address of the other one: greetings in place of a server, sealed frames, and
/// slots of the clock.
/// </summary>
internal sealed class GreetingGathering : IGathering
{
    /// <summary>How long a path is open until the ports of the slots are given up.</summary>
    private static readonly TimeSpan ReleaseAfter = TimeSpan.FromSeconds(30);

    /// <summary>How long a party without the code is there until the session ends.</summary>
    private static readonly TimeSpan RejectedFor = SessionTarget.Meeting.DefaultPatience;

    private static readonly PathRules Rules = MeetingPace.Rules with { TypedAreServers = false };

    private readonly SessionTarget.SealedHost _target;
    private readonly EventQueue _events;
    private readonly MeetingSecrets _secrets;
    private readonly LocalPorts _ports;
    private readonly SealedWire _wire;
    private readonly Introductions _introductions;
    private readonly InterfaceSource _interfaces;
    private readonly SourceSet _sources;
    private readonly OwnHello _own;
    private readonly Greeter _greeter;
    private readonly CandidateSet _candidates = new(CandidateSide.Remote);
    private readonly MeetingProgress _progress = new();
    private TokenBucket _doubts = new(burst: 1, perSecond: 1);
    private Instant? _openSince;
    private Instant? _lostAt;
    private Route? _asked;
    private bool _isReleased;

    /// <exception cref="ArgumentException">Too many remote addresses, or one whose family has no local address.</exception>
    public GreetingGathering(SessionOptions options, SessionTarget.SealedHost target, EventQueue events, Instant now)
    {
        if (target.Remotes.Count > SessionTarget.NamedHost.MaxRemotes)
        {
            throw new ArgumentException($"at most {SessionTarget.NamedHost.MaxRemotes} remote addresses", nameof(target));
        }

        _target = target;
        _events = events;
        _secrets = new MeetingSecrets(target.Code, target.Party, target.Scalar);
        var random = new SplitMix64(options.Seed);
        _ports = new LocalPorts(options.Locals, random.Next());
        if (!target.Remotes.All(remote => _ports.Has(remote.Host.IsV6)))
        {
            throw new ArgumentException("no local address of the family of a remote one", nameof(options));
        }

        Gate = new OutgoingGate(new DestinationPolicy
        {
            TriesPrivate = target.TriesPrivate,
            Hosts = target.Hosts,
            Link = target.Remotes.Select(remote => remote.Host.ScopeId).DefaultIfEmpty().Max(),
        });
        IPathPlan plan = Plan(options, target, now);
        foreach (TransportAddress typed in target.Remotes.Concat(plan.Places)) { Gate.Trust(typed); }

        Finder = new PathFinder(Rules, plan, _ports, Gate, events, _secrets.TokenKey, random.Next());
        _introductions = new Introductions(_secrets.Keys, _secrets.Own, target.Party);
        _interfaces = new InterfaceSource(target.Hosts);
        _sources = new SourceSet(Finder, _interfaces);
        _own = new OwnHello(_sources.Locals, _interfaces, _ports, reflexive: null, rendezvous: null, _secrets.Own, Gate.Policy);
        IEnumerable<Route> named = target.Remotes.Select(remote => new Route(_ports.For(remote), remote));
        _greeter = new Greeter(named, _secrets.Keys, target.Party, _introductions, _secrets.Ids.Next(), random.Next());
        _wire = new SealedWire { Greet = WriteGreeting };
        _sources.MoveCandidates();
        Finder.BeginPeer(now);
        events.Add(SessionEventKind.Waiting, now);
        Settle(now);
    }

    /// <inheritdoc/>
    public OutgoingGate Gate { get; }

    /// <inheritdoc/>
    public PathFinder Finder { get; }

    /// <inheritdoc/>
    public IPathWire Wire => _wire;

    /// <inheritdoc/>
    public bool PeerTrustsPathProof => _introductions.Peer is { Hello.TrustsPathProof: true };

    /// <inheritdoc/>
    public bool PeerCarriesStreams => _introductions.Peer is { Hello.CarriesStreams: true };

    /// <inheritdoc/>
    public bool HasSeveralStreams => false;

    /// <inheritdoc/>
    public TimeSpan QuietPause => MeetingPace.Keepalive;

    /// <inheritdoc/>
    public Instant? NextTimeout => Instant.Earlier(Instant.Earlier(_greeter.NextTimeout, _sources.NextTimeout), NextEnd);

    // A peer that was heard is tried without limit, as every peer whose address is known.
    private Instant? NextEnd => _progress.IsRejected ? _progress.NextEnd(RejectedFor) : null;

    // The peer is there, and has what this side says of itself.
    private bool IsMet => _introductions.Peer is not null && _progress.IsPeerHeard(Finder.HeardAt)
        && (_lostAt is not { } lost || Finder.HeardAt > lost);

    /// <inheritdoc/>
    public bool Owns(in TransportAddress local) => !_isReleased || _ports.Owns(local) || local == Finder.Path?.Local;

    /// <inheritdoc/>
    public bool TryReceive(in Datagram datagram, Instant now)
    {
        if (SealedSession.IsFrame(datagram.Payload) || !Owns(datagram.To)) { return false; }

        _introductions.NoteHeard(Finder.HeardAt);
        _introductions.MayReplacePeer = Finder.Path is null && !(now - Finder.HeardAt <= MeetingPace.HeldFor);
        Route route = Finder.RouteOf(datagram);
        if (Gate.Policy.IsHost(datagram.From) && _greeter.Receive(datagram.Payload, route, now))
        {
            Gate.Name(datagram.From, now);
            Gate.NoteReceived(datagram.From, datagram.Payload.Length, now);
            Finder.NoteAsked(route);
            _asked = route;
        }

        if (_introductions.IsPeerContested) { DoubtPath(now); }

        return true;
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        bool isChanged = notice is { Kind: NetworkNoticeKind.HostsChanged, Hosts: { } hosts } && !hosts.SequenceEqual(_interfaces.Hosts);
        if (!isChanged) { return; }

        Finder.UseHosts(notice.Hosts!);
        _sources.Note(notice, now);
        _sources.MoveCandidates();
        NameCandidates();
        Finder.NoteHostsChanged(now);
    }

    /// <inheritdoc/>
    public void Timeout(Instant now) => _sources.Timeout(now);

    /// <inheritdoc/>
    public void Settle(Instant now)
    {
        while (_introductions.TryTake(out Introduction introduction)) { Apply(introduction, now); }

        NotePath(now);

        // Without a peer the slots go on, which need a search that goes on.
        if (_introductions.Peer is null) { Finder.Seek(now); }

        if (IsMet) { _greeter.Rest(); }
        else { _greeter.Begin(now); }

        if (Finder.TakeWish() != CandidateWish.None && !IsMet) { _greeter.Again(now); }

        Greet(now);
        ReplyToGreeting(now);
    }

    /// <inheritdoc/>
    public void Part(Instant now)
    {
        _introductions.Part();
        Finder.Part(now);
        _lostAt = now;
    }

    /// <inheritdoc/>
    public bool IsHopeless(Instant now) => NextEnd <= now;

    /// <inheritdoc/>
    public void GiveUpSeats(Instant now)
    {
        // There are none.
    }

    /// <inheritdoc/>
    public void Leave(bool isHandedOver, Instant now)
    {
        // Nobody but the peer knows of this side.
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryStream(out StreamRequest request)
    {
        request = default;
        return false;
    }

    /// <inheritdoc/>
    public SessionOutcome Outcome() => new()
    {
        Result = _progress.Judge(Finder, source: null),
        Rejection = _progress.Rejection,
        Own = _own.Traits(),
        Peer = _introductions.Peer?.Hello.Traits ?? default,
        Tried = Finder.Tried,
        HasHeard = Finder.HeardAt is not null,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _introductions.Dispose();
        _secrets.Dispose();
    }

    private static IPathPlan Plan(SessionOptions options, SessionTarget.SealedHost target, Instant now)
    {
        int first = target.Remotes.ToList().FindIndex(remote => !remote.Host.IsV6);
        if (!target.UsesClockSlots || first < 0) { return NoPlan.Instance; }

        TransportAddress local = options.Locals.First(local => !local.Host.IsV6);
        return new ClockSlotPlan(new Route(local, target.Remotes[first]), options.WallClock, now);
    }

    private int WriteGreeting(in Route route, Span<byte> destination) =>
        _greeter.Write(route, _secrets.Sealer.Seal(_own.Hello(round: 0)).Span, destination);

    private void Greet(Instant now)
    {
        while (_greeter.TryTake(now, out Route route)) { Finder.Send(new ProbeOrder(ProbeOrderKind.Probe, route)); }
    }

    // A greeting asks whether the way works, as a probe does.
    private void ReplyToGreeting(Instant now)
    {
        if (_asked is { } route && Finder.State is PathState.Trying or PathState.Suspected)
        {
            NameCandidates();
            Finder.Renew(TimeSpan.Zero, now);
            Finder.ReceiveProbe(route, token: 0, hasProof: false, now);
            Finder.SendDueProbes(now);
        }

        _asked = null;
    }

    private void NotePath(Instant now)
    {
        bool isOpen = Finder.State == PathState.Open;
        if (!isOpen && _openSince is not null) { _lostAt = now; }

        _openSince = isOpen ? _openSince ?? now : null;
        _isReleased = now - _openSince >= ReleaseAfter;
    }

    // Somebody else is there with the code: it may be the peer, whose process was killed and started again.
    private void DoubtPath(Instant now)
    {
        _introductions.IsPeerContested = false;
        if (Finder.Path is not null && _doubts.TrySpend(now)) { Finder.Doubt(now); }
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
            case IntroductionKind.Rejected:
                Reject(introduction.Rejection, now);
                break;
            default:
                _progress.WithdrawRejection();
                break;
        }
    }

    private void Adopt(in Introduction introduction, Instant now)
    {
        RemoteParty peer = _introductions.Peer!;
        bool isLow = _target.Party.IsBelow(peer.Id);
        _progress.NotePeer(introduction.IsNewParty, now);
        _progress.WithdrawRejection();
        _wire.Use(peer.Session, peer.Id, isLow);
        if (Finder.Path is not null) { Finder.Close(now - Finder.PathHeardAt, now); }

        Finder.BeginPeer(now);
        Finder.ChecksFirst = isLow;
        NameCandidates();

        // The greeting before the probes, which nobody opens who does not know this side.
        _greeter.Again(now);
        Greet(now);
        Finder.Renew(TimeSpan.Zero, now);
        _events.Add(new SessionEvent
        {
            Kind = SessionEventKind.PeerFound,
            Elapsed = _events.Elapsed(now),
            Candidates = Finder.Targets.Count,
        });
        Finder.SendDueProbes(now);
    }

    private void Update(in Introduction introduction, Instant now)
    {
        if (introduction.IsWorthTrying && Finder.Path is null) { Finder.Seek(now); }

        if (!introduction.IsChanged) { return; }

        Finder.Optimize(now);
        NameCandidates();
        Finder.Renew(TimeSpan.Zero, now);
        Finder.SendDueProbes(now);
    }

    private void Reject(HelloRejection rejection, Instant now)
    {
        if (!_progress.NoteRejection(rejection, now)) { return; }

        _events.Add(new SessionEvent { Kind = SessionEventKind.PeerRejected, Elapsed = _events.Elapsed(now), Rejection = rejection });
    }

    private void NameCandidates()
    {
        _candidates.Replace(PeerCandidates());
        while (_candidates.TryTake(out CandidateChange change))
        {
            if (change.Kind == CandidateChangeKind.Added) { Finder.Add(change.Candidate); }
            else { Finder.Remove(change.Candidate); }
        }
    }

    // Those that the user named, then where the peer was heard, then those that the peer names.
    private IEnumerable<Candidate> PeerCandidates()
    {
        if (_introductions.Peer is not { } peer) { return []; }

        // Another port than the named one is the work of a NAT. Where nobody was named, any port is the peer's own.
        CandidateKind kind = _target.Remotes.Count > 0 ? CandidateKind.PeerReflexive : CandidateKind.Host;
        IEnumerable<Candidate> named = _target.Remotes.Select(remote => new Candidate(CandidateKind.Host, remote));
        IEnumerable<Candidate> heard = _greeter.Learned
            .Where(route => route.Local == _ports.For(route.Remote))
            .Select(route => new Candidate(kind, route.Remote));
        IEnumerable<Candidate> told = peer.Hello.Candidates
            .Where(candidate => candidate.Kind != CandidateKind.Relayed)
            .Select(candidate => candidate with { Address = Gate.Policy.OnLink(candidate.Address) })
            .Where(candidate => !candidate.Address.IsStream && Gate.Policy.Allows(candidate.Address));
        return named.Concat(heard).Concat(told).DistinctBy(candidate => candidate.Address);
    }
}
