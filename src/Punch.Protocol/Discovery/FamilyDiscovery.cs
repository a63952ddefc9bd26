using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>
/// The discovery in one address family. It asks all servers, and picks the one that can answer the most as the lead. It runs the tests with
/// the lead, and follows them up. It waits for the other servers until they have answered or their silence counts.
/// </summary>
internal sealed class FamilyDiscovery
{
    // Long enough for two retransmissions to a server that can answer more than the first one.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    private readonly Queue<DiscoveryEvent> _events;
    private readonly NatDiscoveryOptions _options;
    private readonly DiscoverySockets _sockets;
    private readonly ProbeSet _probes;
    private readonly ProbePacing _pacing = new();
    private readonly List<ServerProbe> _servers;
    private readonly ServerFallbacks[] _fallbacks;
    private readonly Instant _start;
    private readonly bool _isV6;
    private Stage _stage = Stage.Reaching;
    private Instant? _choiceDue;
    private BehaviorTests? _tests;
    private (Probe Out, Probe Back)? _hairpin;
    private LifetimeTest? _lifetime;

    /// <summary>Starts to ask the servers of one family; there is at least one.</summary>
    public FamilyDiscovery(
        bool isV6, NatDiscoveryOptions options, TransactionIdSource ids, OutgoingGate gate, Queue<DiscoveryEvent> events, Instant now)
    {
        (_isV6, _options, _events, _start) = (isV6, options, events, now);
        _sockets = new DiscoverySockets(options.Sockets.Where(socket => socket.Host.IsV6 == isV6));
        _probes = new ProbeSet(ids, gate);

        // No round trip is known yet, and one server's round trip says nothing about another's.
        _servers = [.. options.Servers.Where(server => server.Address.Host.IsV6 == isV6).DistinctBy(server => server.Address)
            .Take(NatDiscoveryOptions.MaxServers)
            .Select(server => Ask(server, now))];
        _fallbacks = [.. _servers.Where(server => server.Server.Fallbacks is { Count: > 0 })
            .Select(server => new ServerFallbacks(server, server.Server.Fallbacks!.DistinctBy(each => each.Address), now))];
    }

    private enum Stage
    {
        /// <summary>It asks servers until it can choose a lead.</summary>
        Reaching,

        /// <summary>It runs the tests with the lead.</summary>
        Testing,

        /// <summary>The fresh socket asks its last question.</summary>
        FollowingUp,

        /// <summary>It sends packets to its own public address.</summary>
        Hairpinning,

        /// <summary>Mappings rest without traffic.</summary>
        Idling,

        /// <summary>It only waits for other servers.</summary>
        Tested,

        /// <summary>Everything is done.</summary>
        Done,
    }

    public bool IsDone => _stage == Stage.Done;

    public Instant? NextTimeout
    {
        get
        {
            if (IsDone) { return null; }

            Instant? next = Instant.Earlier(_probes.NextTimeout, _stage == Stage.Reaching ? _choiceDue : null);
            if (!HasFallbacks()) { return Instant.Earlier(next, _lifetime?.NextTimeout); }

            foreach (ServerFallbacks fallbacks in _fallbacks) { next = Instant.Earlier(next, fallbacks.NextTimeout); }

            return Instant.Earlier(next, _lifetime?.NextTimeout);
        }
    }

    /// <summary>The reports about the servers.</summary>
    public IEnumerable<ServerReport> ServerReports()
    {
        ServerProbe[] leftOut = [.. Conclusions()?.LeftOut ?? []];
        return _servers.Select(server => server.Report(server == _tests?.Lead, leftOut.Contains(server)));
    }

    /// <summary>The findings of this family.</summary>
    public FamilyReport Report() =>
        Conclusions()?.Build(_isV6, _hairpin, _options.TestsHairpin, _lifetime)
        ?? FamilyReport.Unreached(_isV6, _servers.Exists(server => server.Unusable is not null) ? UdpState.Unusable : UdpState.Blocked);

    /// <summary>Stores what a server sends instead of a reply.</summary>
    public void Inspect(in Datagram datagram)
    {
        if (IsDone) { return; }

        foreach (ServerProbe server in _servers) { server.Inspect(datagram); }
    }

    /// <summary>Takes in a message; false if it changes nothing.</summary>
    public bool TryReceive(in Datagram datagram, in StunMessage message, Instant now)
    {
        if (IsDone || !_probes.TryReceive(datagram, message, now)) { return false; }

        Advance(now);
        return true;
    }

    public void Timeout(Instant now)
    {
        if (IsDone) { return; }

        _probes.Timeout(now);
        AskFallbacks(now);
        Advance(now);
    }

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit) => _probes.TryTransmit(buffer, out transmit);

    /// <summary>Ends now, with the findings so far.</summary>
    public void Stop()
    {
        _probes.Stop();
        _stage = Stage.Done;
    }

    private ServerProbe Ask(DiscoveryServer server, Instant now) =>
        new(server, _probes.Begin(new ProbeRoute(_sockets.Main, server.Address), new ProbePacing(), now));

    private void AskFallbacks(Instant now)
    {
        foreach (ServerFallbacks fallbacks in _fallbacks)
        {
            while (_servers.Count < NatDiscoveryOptions.MaxServers && fallbacks.TryNext(now, out DiscoveryServer server))
            {
                if (_servers.Exists(asked => asked.Address == server.Address)) { continue; }

                ServerProbe next = Ask(server, now);
                _servers.Add(next);
                fallbacks.Note(next);
            }
        }
    }

    // At most this many servers are asked, so the rest does not count then.
    private bool HasFallbacks() =>
        _servers.Count < NatDiscoveryOptions.MaxServers && Array.Exists(_fallbacks, fallbacks => fallbacks.NextTimeout is not null);

    private FamilyReportBuilder? Conclusions() => _tests is null ? null : new FamilyReportBuilder(_servers, _tests, _sockets);

    private void Advance(Instant now)
    {
        RaiseServerEvents(now);
        Stage before;
        do
        {
            before = _stage;
            _stage = Next(now);
        }
        while (_stage != before);
    }

    private Stage Next(Instant now) => _stage switch
    {
        Stage.Reaching => Reach(now),
        Stage.Testing => Test(now),
        Stage.FollowingUp => AreTestsPending() ? Stage.FollowingUp : BeginHairpin(now),
        Stage.Hairpinning => Hairpin(now),
        Stage.Idling => Idle(now),
        Stage.Tested or Stage.Done => _probes.HasPending || HasFallbacks() ? _stage : Stage.Done,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private void RaiseServerEvents(Instant now)
    {
        foreach (ServerProbe server in _servers)
        {
            if (server.IsReported || server.Probe.State == ProbeState.Pending) { continue; }

            server.IsReported = true;
            if (server.IsAnswered) { _choiceDue ??= now + Grace; }

            Raise(now, new DiscoveryEvent
            {
                Kind = server.State switch
                {
                    ServerState.Answered => DiscoveryEventKind.ServerAnswered,
                    ServerState.Refused => DiscoveryEventKind.ServerRefused,
                    ServerState.Unusable => DiscoveryEventKind.ServerUnusable,
                    _ => DiscoveryEventKind.ServerSilent,
                },
                Server = server.Address,
                Mapped = server.Probe.Mapped,
                RoundTrip = server.Probe.Answer?.Delay,
                Unusable = server.IsAnswered ? null : server.Unusable,
            });
        }
    }

    private void Raise(Instant now, DiscoveryEvent e) => _events.Enqueue(e with { Elapsed = now - _start });

    private Stage Reach(Instant now)
    {
        bool hasPending = HasFallbacks() || _servers.Exists(server => server.Probe.State == ProbeState.Pending);
        ServerProbe? best = WitnessJudge.Electable(_servers.Where(server => server.IsAnswered)).MaxBy(server => server.Worth);
        if (best is null) { return hasPending ? Stage.Reaching : Stage.Done; }

        if (hasPending && !best.HasOtherHost && now < _choiceDue) { return Stage.Reaching; }

        _pacing.Note(best.Probe.Answer!.Value.Delay);
        Raise(now, new DiscoveryEvent { Kind = DiscoveryEventKind.TestsBegan, Server = best.Address });
        _tests = new BehaviorTests(_probes, _sockets, best, _pacing, now);
        return Stage.Testing;
    }

    private Stage Test(Instant now)
    {
        _tests!.CallWitnesses(now);
        if (AreTestsPending()) { return Stage.Testing; }

        return _tests.TryFollowUp(now) ? Stage.FollowingUp : BeginHairpin(now);
    }

    private bool AreTestsPending() => _probes.HasPendingBut(_servers);

    private Stage BeginHairpin(Instant now)
    {
        Probe? other = _tests!.Extra.FirstOrDefault(probe => probe.IsAnswered);
        if (!_options.TestsHairpin || other is null || !MaySend(_tests.Lead.Probe) || !MaySend(other)) { return BeginIdling(now); }

        // both directions at once, so that each opens the filter for the other
        _hairpin = (BeginHairpin(_tests.Lead.Probe, other, now), BeginHairpin(other, _tests.Lead.Probe, now));
        return Stage.Hairpinning;
    }

    // A lying server can claim any address.
    private bool MaySend(Probe seen) => _probes.Policy.AllowsSeen(seen.Mapped!.Value, _tests!.Lead.Address);

    private Probe BeginHairpin(Probe from, Probe to, Instant now)
    {
        var route = new ProbeRoute(from.Route.From, to.Mapped!.Value) { AnswerAt = to.Route.From, IsHairpin = true };
        return _probes.Begin(route, _pacing, now);
    }

    private Stage Hairpin(Instant now)
    {
        (Probe there, Probe back) = _hairpin!.Value;
        if (!there.IsAnswered && !back.IsAnswered && AreTestsPending()) { return Stage.Hairpinning; }

        there.TryFail(ProbeState.Silent);
        back.TryFail(ProbeState.Silent);
        return BeginIdling(now);
    }

    private Stage BeginIdling(Instant now)
    {
        if (_sockets.Lifetime.Count == 0) { return Stage.Tested; }

        ServerProbe lead = _tests!.Lead;
        _lifetime = new LifetimeTest(_probes, _pacing, _sockets.Main, lead.Probe.Mapped!.Value, lead.Address, _sockets.Lifetime, now);
        return Stage.Idling;
    }

    private Stage Idle(Instant now)
    {
        foreach (DiscoveryEvent e in _lifetime!.Advance(now)) { Raise(now, e); }

        return _lifetime.IsDone ? Stage.Tested : Stage.Idling;
    }
}
