using Punch.Protocol.Candidates;
using Punch.Protocol.Events;

namespace Punch.Protocol.Paths;

/// <summary>
/// Turns candidates into targets and probes them when they are due, within its budget. It does not decide which one becomes the path.
/// </summary>
internal sealed class Prober
{
    private const int MaxCandidates = CandidateSet.Capacity + TargetTable.RelayedCapacity;

    private readonly PathRules _rules;
    private readonly IPathPlan _plan;
    private readonly LocalPorts _ports;
    private readonly EventQueue _events;
    private readonly OrderQueue _orders;
    private readonly OutgoingGate _gate;
    private readonly HopLimits _hops = new();
    private readonly List<Candidate> _remotes = new(MaxCandidates);
    private readonly LadderPause _pause;
    private readonly bool _isBudgeted;
    private TokenBucket _budget;

    public Prober(
        PathRules rules, IPathPlan plan, LocalPorts ports, OutgoingGate gate, EventQueue events, OrderQueue orders,
        (ulong High, ulong Low) tokenKey, ulong seed)
    {
        _rules = rules;
        _plan = plan;
        _ports = ports;
        _gate = gate;
        _events = events;
        _orders = orders;
        Relays = new Relays(gate, rules.TypedAreServers);
        _pause = new LadderPause(rules.RetryPause.Shortest, rules.RetryPause.Longest, seed);
        Tokens = new ProbeTokens(tokenKey.High, tokenKey.Low);
        if (rules.ProbeBudget is not { } budget) { return; }

        _isBudgeted = true;
        _budget = new TokenBucket(budget.Burst, budget.PerSecond);
    }

    /// <summary>The routes that are tried.</summary>
    public TargetTable Targets { get; } = new();

    /// <summary>The tokens of the probes on the way.</summary>
    public ProbeTokens Tokens { get; }

    /// <summary>The number of routes ever tried.</summary>
    public int Tried { get; private set; }

    /// <summary>Which routes a server relays.</summary>
    public Relays Relays { get; }

    /// <summary>Whether far targets are primed. Primes are useless behind a mapping that depends on the destination.</summary>
    public bool PrimesFar { get; set; } = true;

    public Instant? NextTimeout
    {
        get
        {
            Instant? next = null;
            foreach (ProbeTarget target in Targets) { next = Instant.Earlier(next, target.Next); }

            return next;
        }
    }

    public void Add(in Candidate candidate)
    {
        if (_remotes.Count < MaxCandidates) { _remotes.Add(candidate); }
    }

    public void Remove(in Candidate candidate)
    {
        _remotes.Remove(candidate);
        TransportAddress address = candidate.Address;
        if (!_remotes.Exists(other => other.Address == address)) { _gate.Forget(address); }
    }

    public void NoteExpired(in TransportAddress sentTo, HostAddress by) => _hops.NoteExpired(sentTo, by);

    /// <summary>Adjusts the targets to the candidates and the ports in use. Existing targets go on unchanged.</summary>
    public void Renew(ProbeTarget? path, TimeSpan priming, Instant now)
    {
        Targets.Remove(target => target != path && target.Kind != CandidateKind.PeerReflexive && !IsNamed(target.Route));
        foreach (Candidate candidate in _remotes) { AddTarget(candidate, priming, now); }
    }

    /// <summary>Begins all targets again, without primes.</summary>
    public void Restart(Instant now)
    {
        foreach (ProbeTarget target in Targets) { Begin(target, TimeSpan.Zero, now); }
    }

    /// <summary>Begins one target again, without primes.</summary>
    public void Restart(ProbeTarget target, Instant now) => Begin(target, TimeSpan.Zero, now);

    /// <summary>The route from a local port to an address. What a server sends on comes from the peer.</summary>
    public Route RouteOf(in TransportAddress local, in TransportAddress remote) =>
        new(remote.Transport == Transport.Turned ? _ports.Turned : local, remote, Relays.Carry(remote) ? Via.Relay : Via.Socket);

    /// <summary>Tries a route that no candidate names, because the peer was heard there.</summary>
    public ProbeTarget AddReflexive(in Route route, ProbeTarget? path, bool isTrying, Instant now)
    {
        bool isLeg = route is { Via: Via.Relay, Remote.Transport: not Transport.Turned };
        ProbeTarget? relayed = isLeg ? Targets.AddNamed(route, CandidateKind.Relayed, isNear: false) : null;
        ProbeTarget target = relayed ?? Targets.AddReflexive(route, IsNear(route.Remote), now, path);
        if (!isTrying) { return target; }

        // The reply to its probe is the first probe of it.
        Begin(target, TimeSpan.Zero, now);
        Announce(target, target.Advance(now), now);
        return target;
    }

    /// <summary>Whether a candidate names this route, from the port in use.</summary>
    public bool IsNamed(in Route route)
    {
        foreach (Candidate candidate in _remotes)
        {
            if (candidate.Address == route.Remote) { return route.Local == LocalFor(route.Remote); }
        }

        return false;
    }

    /// <summary>The port that candidates name for this host; 0 for several or none.</summary>
    public ushort NamedPort(HostAddress host)
    {
        ushort named = 0;
        foreach (Candidate candidate in _remotes)
        {
            if (candidate.Address.Host != host || candidate.Address.Port == named) { continue; }

            if (named != 0) { return 0; }

            named = candidate.Address.Port;
        }

        return named;
    }

    /// <summary>Sends the due probes. Targets that may no longer be probed rest.</summary>
    public void SendDue(PathKeeper keeper, Instant now)
    {
        bool mayProbe = keeper.MayProbe(now);
        foreach (ProbeTarget target in Targets)
        {
            if (target.Next is not { } due || due > now) { continue; }

            if (!mayProbe && !Relays.HoldBack(target)) { target.Rest(); }
            else if (!_gate.HasRoom(target.Route.Remote, now)) { Wait(target, now); }
            else if (_isBudgeted && !_budget.TrySpend(now)) { target.Postpone(now + _budget.Refill); }
            else { Probe(target, keeper.IsProven(target, now), now); }
        }
    }

    /// <summary>Sends a prime with about this hop limit. The route need not be a target.</summary>
    public void Prime(in Route route, byte guess) =>
        _orders.Add(new ProbeOrder(ProbeOrderKind.Prime, route) { HopLimit = _hops.Take(guess, route.Remote) });

    // The next probe from a place without a name brings its own budget, and gets a reply.
    private static void Wait(ProbeTarget target, Instant now)
    {
        if (target.Kind == CandidateKind.PeerReflexive) { target.Rest(); }
        else { target.Postpone(now + OutgoingGate.RefillPause); }
    }

    private void Probe(ProbeTarget target, bool hasProof, Instant now)
    {
        bool isNew = !target.IsTried;
        byte guess = target.Advance(now);
        byte hopLimit = guess == 0 ? (byte)0 : _hops.Take(guess, target.Route.Remote);
        if (isNew) { Announce(target, hopLimit, now); }

        _orders.Add(new ProbeOrder(hopLimit == 0 ? ProbeOrderKind.Probe : ProbeOrderKind.Prime, target.Turn(hasProof))
        {
            Token = Tokens.Issue(target, now),
            HopLimit = hopLimit,
            HasProof = hasProof,
        });
    }

    private void AddTarget(in Candidate candidate, TimeSpan priming, Instant now)
    {
        TransportAddress remote = candidate.Address;
        bool isTurned = remote.Transport == Transport.Turned;
        bool isNear = !isTurned && IsNear(remote);
        if (!isTurned && (!_ports.Reaches(remote) || IsSelf(remote))) { return; }

        _gate.Name(remote, now);
        if (!isNear && !remote.IsStream && !Relays.Carry(remote) && _plan.Withholds(remote)) { return; }

        Route route = RouteOf(LocalFor(remote), remote);
        if (Targets.Find(route) is not null || Targets.AddNamed(route, candidate.Kind, isNear) is not { } target) { return; }

        // After an early packet moved one flow, Linux uses the moved port for later destinations. That looks like a mapping that depends on
        // the destination.
        bool primes = !isNear && !target.IsRelayed && !remote.IsStream && (PrimesFar || _plan.HasTried);
        Begin(target, primes ? priming : TimeSpan.Zero, now);
    }

    private void Begin(ProbeTarget target, TimeSpan priming, Instant now)
    {
        target.Begin(now, new ProbeLadder(now, priming, _plan.Round, _pause));
        bool isNamed = target.Kind != CandidateKind.PeerReflexive;
        if (_rules.OpensWithPunch && isNamed) { _orders.Add(new ProbeOrder(ProbeOrderKind.Punch, target.Route)); }
    }

    private TransportAddress LocalFor(in TransportAddress remote) =>
        remote.Transport == Transport.Turned ? _ports.Turned
        : Relays.Leg is { } leg && leg.Remote == remote ? leg.Local
        : _ports.For(remote);

    private bool IsNear(in TransportAddress remote) => _gate.Policy.Hosts.IsNear(remote.Host);

    private bool IsSelf(in TransportAddress remote) =>
        _ports.OwnsPort(remote.Port, remote.Host.IsV6) && _gate.Policy.Hosts.HasAddress(remote.Host);

    private void Announce(ProbeTarget target, byte hopLimit, Instant now)
    {
        Tried++;
        if (!_rules.ReportsTries) { return; }

        _events.Add(new SessionEvent
        {
            Kind = SessionEventKind.Trying,
            Elapsed = _events.Elapsed(now),
            Local = target.Route.Local,
            Remote = target.Route.Remote,
            CandidateKind = target.Kind,
            Round = _plan.Round,
            HopLimit = hopLimit,
        });
    }
}
