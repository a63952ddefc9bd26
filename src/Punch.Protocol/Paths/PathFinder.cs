using Punch.Protocol.Candidates;
using Punch.Protocol.Events;

namespace Punch.Protocol.Paths;

/// <summary>
/// Finds a path to the peer and keeps it, as ICE does (RFC 8445). Every candidate is tried at once, and the first proven one is the path.
/// An open path that falls silent is suspected and tried again together with all others. Later it is closed.
/// <para>
/// It knows candidates and routes, but no code, server or wire. Sources add and remove candidates. The session takes the datagrams to send
/// with <see cref="TryTake"/> and encodes them for its wire. It reports what was heard and proven. A plan adds attempts of its own.
/// </para>
/// <para>It never tries more than <see cref="TargetTable.Capacity"/> routes at a time, and its rules limit what unproven routes get.</para>
/// </summary>
internal sealed class PathFinder
{
    /// <summary>How fresh the proof of another route must be, so that a suspected path moves there.</summary>
    private static readonly TimeSpan FreshProof = TimeSpan.FromSeconds(2.5);

    private readonly IPathPlan _plan;
    private readonly LocalPorts _ports;
    private readonly OutgoingGate _gate;
    private readonly EventQueue _events;
    private readonly OrderQueue _orders = new();
    private readonly Prober _prober;
    private readonly PathKeeper _keeper;
    private TokenBucket _replies = new(burst: 10, perSecond: 6);
    private CandidateWish _wish;

    /// <param name="rules">The differences between the two ways of finding a path.</param>
    /// <param name="plan">The attempts besides the candidates.</param>
    /// <param name="ports">The local ports.</param>
    /// <param name="gate">Decides which places may be sent to. It must learn of proofs.</param>
    /// <param name="events">Takes the events.</param>
    /// <param name="tokenKey">128 secret bits. With them, anyone could forge a token.</param>
    /// <param name="seed">The seed of the random waits.</param>
    public PathFinder(
        PathRules rules, IPathPlan plan, LocalPorts ports, OutgoingGate gate, EventQueue events,
        (ulong High, ulong Low) tokenKey, ulong seed)
    {
        _plan = plan;
        _ports = ports;
        _gate = gate;
        _events = events;
        _prober = new Prober(rules, plan, ports, gate, events, _orders, tokenKey, seed);
        _keeper = new PathKeeper(rules, Relays, events);
    }

    public PathState State => _keeper.State;

    /// <summary>The proven path; null if none is open.</summary>
    public Route? Path => _keeper.Path?.Route;

    /// <summary>The shortest round trip measured on the path; zero before the first.</summary>
    public TimeSpan RoundTrip => _keeper.Path?.RoundTrip ?? TimeSpan.Zero;

    /// <summary>Whether a relay carries the path.</summary>
    public bool IsRelayed => Path is { Via: Via.Relay };

    /// <summary>When the peer was last heard on the path; the start of the clock if none is open.</summary>
    public Instant PathHeardAt => _keeper.Path?.HeardAt ?? Instant.Zero;

    public int Opens => _keeper.Opens;

    /// <summary>How often a path took the place of one that had fallen silent.</summary>
    public int Rescues => _keeper.Rescues;

    /// <summary>Whether the peer did not reply to a check of the path yet, though it had time to.</summary>
    public bool IsDoubtful => _keeper.Watch.IsDoubtful;

    public TimeSpan? TimeToOpen => _keeper.TimeToOpen;

    public int Tried => _prober.Tried;

    public bool IsTrying => _keeper.IsTrying;

    /// <summary>When an authentic datagram last came; null before the first.</summary>
    public Instant? HeardAt { get; private set; }

    /// <summary>Whether a datagram came since this side began to try, or tried again.</summary>
    public bool IsHeard { get; private set; }

    /// <summary>Whether the peer has shown that it has proof of a path, too.</summary>
    public bool PeerHasProof { get; set; }

    /// <summary>The routes that are tried.</summary>
    public TargetTable Targets => _prober.Targets;

    /// <summary>Which routes a server relays.</summary>
    public Relays Relays => _prober.Relays;

    public bool PrimesFar { set => _prober.PrimesFar = value; }

    /// <summary>Whether this side checks the open path first. The other side then checks only if it hears no check.</summary>
    public bool ChecksFirst { set => _keeper.Watch.Leads = value; }

    public Instant? NextTimeout =>
        Instant.Earlier(Instant.Earlier(_keeper.NextTimeout, _prober.NextTimeout), IsTrying ? _plan.NextTimeout : null);

    /// <summary>Takes the request to the candidate sources, once.</summary>
    public CandidateWish TakeWish()
    {
        CandidateWish wish = _wish;
        _wish = CandidateWish.None;
        return wish;
    }

    /// <summary>Makes a request to the candidate sources.</summary>
    public void Ask(CandidateWish wish) => _wish = wish > _wish ? wish : _wish;

    /// <summary>Takes the next datagram to send; false if there is none.</summary>
    public bool TryTake(out ProbeOrder order) => _orders.TryTake(out order);

    public void Send(in ProbeOrder order) => _orders.Add(order);

    /// <summary>The route by which a datagram came.</summary>
    public Route RouteOf(in Datagram datagram) => _prober.RouteOf(datagram.To, datagram.From) with { Source = datagram.At };

    public void SendPrime(in Route route, byte guess) => _prober.Prime(route, guess);

    /// <summary>Adds a candidate of the peer. <see cref="Renew"/> begins to try it.</summary>
    public void Add(in Candidate candidate) => _prober.Add(candidate);

    /// <summary>Removes a candidate of the peer.</summary>
    public void Remove(in Candidate candidate) => _prober.Remove(candidate);

    /// <summary>Whether a candidate names this route, from the port in use.</summary>
    public bool IsNamed(in Route route) => _prober.IsNamed(route);

    /// <summary>Begins with a new peer. Nothing is known about its routes.</summary>
    public void BeginPeer(Instant now)
    {
        Targets.Remove(_ => true);
        IsHeard = false;
        PeerHasProof = false;
        _keeper.Begin();
        Seek(now);
    }

    /// <summary>The peer, which was never heard, is not there: nothing is tried until something changes.</summary>
    public void Rest() => _keeper.Rest();

    /// <summary>The relay may carry the path from now on: at once if its leg was proven in advance.</summary>
    public void UseRelay(Instant now)
    {
        if (Path is not null || Relays.Leg is not { } leg || Targets.Find(leg) is not { } target) { return; }

        if (target.IsProven(now, FreshProof))
        {
            _keeper.Use(target, Describe(leg), now);
            return;
        }

        _prober.Restart(target, now);
        SendDueProbes(now);
    }

    /// <summary>Something makes it doubtful whether the peer is at the other end of the path: it is checked at once.</summary>
    public void Doubt(Instant now) => _keeper.Watch.Doubt(now);

    /// <summary>Something new makes it worthwhile to try, or to go on.</summary>
    public void Seek(Instant now)
    {
        if (!_keeper.Seek(now)) { return; }

        Restart(now);
        _plan.OnResumed(now);
    }

    /// <summary>Lets a quicker route replace the path for a while, because there may be a new route.</summary>
    public void Optimize(Instant now) => _keeper.Optimize(now);

    /// <summary>Adjusts the targets to the candidates and the ports in use. Existing targets go on unchanged.</summary>
    public void Renew(TimeSpan priming, Instant now) => _prober.Renew(_keeper.Path, priming, now);

    /// <summary>Begins all targets again, without primes.</summary>
    public void Restart(Instant now) => _prober.Restart(now);

    /// <summary>Forgets what was heard, so that it does not count for the attempts that begin now.</summary>
    public void ForgetHeard() => IsHeard = false;

    /// <summary>Takes a fresh IPv4 port into use, and makes the sources ask from there.</summary>
    public void TakeFreshPort(Instant now)
    {
        if (!_ports.Has(isV6: false))
        {
            Ask(CandidateWish.Again);
            return;
        }

        TransportAddress local = _ports.TakeFresh(isV6: false);
        _events.Add(
            new SessionEvent { Kind = SessionEventKind.FreshPort, Elapsed = _events.Elapsed(now), Local = local, Round = _plan.Round });
        Ask(CandidateWish.FromFreshPort);
    }

    /// <summary>Sets the addresses of this machine.</summary>
    public void UseHosts(IReadOnlyList<LocalAddress> hosts) => _gate.Policy.Hosts = hosts;

    /// <summary>The addresses of this machine changed. The path may be dead, and the peer must learn of it.</summary>
    public void NoteHostsChanged(Instant now)
    {
        Ask(CandidateWish.Again);
        if (State is PathState.Idle) { return; }

        Renew(TimeSpan.Zero, now);
        if (_keeper.Path is not null) { Suspect(now); }
    }

    /// <summary>A router reported that a prime expired there.</summary>
    public void NoteExpired(in TransportAddress sentTo, HostAddress by) => _prober.NoteExpired(sentTo, by);

    /// <summary>Traffic flows over the path.</summary>
    public void NoteTraffic(Instant now)
    {
        _keeper.Watch.HasStandby = Relays.HasAny;
        _keeper.Watch.NoteTraffic(PathHeardAt, now);
    }

    public void Timeout(Instant now)
    {
        WatchPath(now);
        _keeper.ConsiderRest(now);
        if (_keeper.TakeImprovement(now)) { Restart(now); }

        if (IsTrying && _plan.NextTimeout <= now) { _plan.Timeout(this, now); }

        SendDueProbes(now);
    }

    /// <summary>A datagram came to an address of this machine, from whomever: targets without proof are tried from there, too.</summary>
    public void NoteAsked(in Route route)
    {
        foreach (ProbeTarget target in Targets)
        {
            if (target.Route.Local == route.Local) { target.NoteAsked(route.Source); }
        }
    }

    /// <summary>The system sends from an address of this machine no more.</summary>
    public void ForgetSource(HostAddress source)
    {
        foreach (ProbeTarget target in Targets) { target.ForgetSource(source); }
    }

    /// <summary>An authentic datagram came.</summary>
    public void Hear(in Route route, Instant now)
    {
        HeardAt = now;

        // What a relay brings says nothing of the direct routes.
        IsHeard |= route.Via == Via.Socket;
        foreach (ProbeTarget target in Targets)
        {
            if (target.Route == route) { target.HeardAt = now; }

            // The peer's NAT is open for what comes from the address that it uses.
            if (target.Route == route && target == _keeper.Path) { target.NoteSource(route.Source); }

            // It has sent to this port, so its NAT is open for it: no need to hold back.
            if (target.Route.Local == route.Local) { target.EndPriming(now); }
        }
    }

    /// <summary>Takes in a probe of the peer. It gets a reply. If the route is not proven, the reply is also a probe.</summary>
    public void ReceiveProbe(in Route route, ulong token, bool hasProof, Instant now)
    {
        ProbeTarget? known = Targets.Find(route);
        if (known is null && !_gate.MayKnow(route.Remote)) { return; }

        ProbeTarget target = known ?? _prober.AddReflexive(route, _keeper.Path, IsTrying, now);
        if (target == _keeper.Path) { Weigh(hasProof, now); }

        bool isProven = _keeper.IsProven(target, now);
        if (!isProven && target != _keeper.Path && !_replies.TrySpend(now)) { return; }

        ulong ownToken = isProven ? 0 : _prober.Tokens.Issue(target, now);
        Send(new ProbeOrder(ProbeOrderKind.Reply, route) { Token = token, OwnToken = ownToken, HasProof = isProven });
    }

    /// <summary>Takes in the peer's reply to a probe.</summary>
    public void ReceiveReply(in Route route, ulong token, ulong ownToken, Instant now)
    {
        ProbeTarget? target = _prober.Tokens.Redeem(token, out Instant sentAt);
        if (target is not null)
        {
            target.NoteSource(route.Source);
            _gate.Prove(target.Route.Remote, now);
        }

        if (target is not null && Targets.TryKeep(target)) { _keeper.NoteReply(target, now - sentAt, Describe(target.Route), now); }

        // Without a token of this side. Otherwise two replies would answer each other without end.
        bool isKnown = target is not null || Targets.Find(route) is not null;
        if (ownToken == 0 || !isKnown || !_replies.TrySpend(now)) { return; }

        Send(new ProbeOrder(ProbeOrderKind.Reply, route) { Token = ownToken, HasProof = target is not null });
    }

    /// <summary>The peer's newest datagram proves both directions, and came by this route.</summary>
    public void Prove(in Route route, in PathProof proof, Instant now)
    {
        ProbeTarget target = Targets.Find(route) ?? _prober.AddReflexive(route, _keeper.Path, isTrying: false, now);
        target.NoteSource(route.Source);
        _gate.Prove(route.Remote, now);
        _keeper.NoteProof(target, proof, Describe(route), now);
    }

    /// <summary>Closes the open path and looks for a new one.</summary>
    public void Reopen(TimeSpan silentFor, Instant now)
    {
        Close(silentFor, now);
        Restart(now);
        SendDueProbes(now);
    }

    /// <summary>The peer leaves. Nothing more is sent to it.</summary>
    public void Part(Instant now)
    {
        _keeper.Part(now);
        foreach (ProbeTarget target in Targets) { target.Rest(); }
    }

    /// <summary>Sends the probes that are due.</summary>
    public void SendDueProbes(Instant now) => _prober.SendDue(_keeper, now);

    private void WatchPath(Instant now)
    {
        switch (_keeper.Watch.Take(RoundTrip, now))
        {
            case WatchStep.Check:
                Check(now);
                break;
            case WatchStep.Suspect:
                Suspect(now);
                break;
            case WatchStep.Close:
                Close(now - _keeper.Watch.ConsentAt, now);
                break;
            case WatchStep.Slept:
                Close(now - _keeper.Watch.ConsentAt, now);
                TryEverything(now);
                break;
            default:
                break;
        }
    }

    private void Check(Instant now)
    {
        ProbeTarget path = _keeper.Path!;
        Send(new ProbeOrder(ProbeOrderKind.Check, path.Route)
        {
            Token = _prober.Tokens.Issue(path, now),
            HasProof = _keeper.IsProven(path, now),
        });
    }

    private void Suspect(Instant now)
    {
        _keeper.Suspect(now);
        foreach (ProbeTarget target in Targets)
        {
            if (target == _keeper.Path || !target.IsProven(now, FreshProof)) { continue; }

            _keeper.Move(target, target.RoundTrip, Describe(target.Route), now);
            return;
        }

        TryEverything(now);
    }

    private void TryEverything(Instant now)
    {
        IsHeard = false;
        Ask(CandidateWish.Again);
        Seek(now);
        _plan.OnSilence(this, now);
    }

    /// <summary>Closes the open path.</summary>
    public void Close(TimeSpan silentFor, Instant now)
    {
        _keeper.Close(silentFor, now);
        IsHeard = false;
        PeerHasProof = false;
    }

    // A peer with proof hears this side, so its check counts as consent. A peer without proof does not hear this side: check at once.
    private void Weigh(bool hasProof, Instant now)
    {
        if (hasProof) { _keeper.Consent(now); }
        else { _keeper.Watch.Doubt(now); }
    }

    private PathNote Describe(in Route route) => new(_plan.IsOwn(route), _prober.NamedPort(route.Remote.Host));
}
