using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>
/// The discovery in one address family. It asks all servers, takes the one that can tell most as the lead, makes the tests with it, and
/// follows them up. It waits for the other servers until they answered or their silence counts.
/// </summary>
internal sealed class FamilyDiscovery
{
    // Long enough for two repetitions to a server that can tell more than the first that answered.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    private readonly Queue<DiscoveryEvent> _events;
    private readonly NatDiscoveryOptions _options;
    private readonly DiscoverySockets _sockets;
    private readonly ProbeSet _probes;
    private readonly ProbePacing _pacing = new();
    private readonly ServerProbe[] _servers;
    private readonly Instant _start;
    private readonly bool _isV6;
    private Stage _stage = Stage.Reaching;
    private Instant? _choiceDue;
    private BehaviorTests? _tests;
    private (Probe Out, Probe Back)? _hairpin;
    private LifetimeTest? _lifetime;

    /// <summary>Asks the servers of one family; there is one at least.</summary>
    public FamilyDiscovery(
        bool isV6, NatDiscoveryOptions options, TransactionIdSource ids, OutgoingGate gate, Queue<DiscoveryEvent> events, Instant now)
    {
        (_isV6, _options, _events, _start) = (isV6, options, events, now);
        _sockets = new DiscoverySockets(options.Sockets.Where(socket => socket.Host.IsV6 == isV6));
        _probes = new ProbeSet(ids, gate);

        // No round trip is known yet, and one server's says nothing about another's.
        _servers = [.. options.Servers.Where(server => server.Address.Host.IsV6 == isV6).DistinctBy(server => server.Address)
            .Take(NatDiscoveryOptions.MaxServers)
            .Select(server => new ServerProbe(
                server, _probes.Begin(new ProbeRoute(_sockets.Main, server.Address), new ProbePacing(), now)))];
    }

    private enum Stage
    {
        /// <summary>Servers are asked until a lead can be chosen.</summary>
        Reaching,

        /// <summary>The lead is put to the tests.</summary>
        Testing,

        /// <summary>The fresh socket's last question.</summary>
        FollowingUp,

        /// <summary>Packets to the own public address.</summary>
        Hairpinning,

        /// <summary>Mappings are left alone.</summary>
        Idling,

        /// <summary>All that is left is to wait for other servers.</summary>
        Tested,

        /// <summary>The end.</summary>
        Done,
    }

    public bool IsDone => _stage == Stage.Done;

    public Instant? NextTimeout
    {
        get
        {
            if (IsDone) { return null; }

            Instant? next = Instant.Earlier(_probes.NextTimeout, _stage == Stage.Reaching ? _choiceDue : null);
            return Instant.Earlier(next, _lifetime?.NextTimeout);
        }
    }

    /// <summary>The servers' fates.</summary>
    public IEnumerable<ServerReport> ServerReports()
    {
        ServerProbe[] leftOut = [.. Conclusions()?.LeftOut ?? []];
        return _servers.Select(server => server.Report(server == _tests?.Lead, leftOut.Contains(server)));
    }

    /// <summary>What was found.</summary>
    public FamilyReport Report() =>
        Conclusions()?.Build(_isV6, _hairpin, _options.TestsHairpin, _lifetime)
        ?? FamilyReport.Unreached(_isV6, Array.Exists(_servers, server => server.Unusable is not null) ? UdpState.Unusable : UdpState.Blocked);

    /// <summary>Takes note of what a server sends instead of an answer.</summary>
    public void Inspect(in Datagram datagram)
    {
        if (IsDone) { return; }

        foreach (ServerProbe server in _servers) { server.Inspect(datagram); }
    }

    /// <summary>Takes in a message; false when it changes nothing.</summary>
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
        Advance(now);
    }

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit) => _probes.TryTransmit(buffer, out transmit);

    /// <summary>Ends now, with what is known.</summary>
    public void Stop()
    {
        _probes.Stop();
        _stage = Stage.Done;
    }

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
        Stage.Tested or Stage.Done => _probes.HasPending ? _stage : Stage.Done,
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
        bool hasPending = Array.Exists(_servers, server => server.Probe.State == ProbeState.Pending);
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

        // both ways at once, so that each opens the filter for the other
        _hairpin = (BeginHairpin(_tests.Lead.Probe, other, now), BeginHairpin(other, _tests.Lead.Probe, now));
        return Stage.Hairpinning;
    }

    // Where a server saw us may be anywhere, if the server lies.
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
