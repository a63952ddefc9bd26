using Punch.Protocol.Peer;

namespace Punch.Protocol.Meeting.Agent;

internal sealed partial class ConnectionAgent
{
    // Together no more than 50 a second to places that have not proven themselves (nat-traversal section 7).
    private TokenBucket _probes = new(burst: 24, perSecond: 10);
    private TokenBucket _answers = new(burst: 10, perSecond: 6);

    /// <summary>How long an answer shows that a way works.</summary>
    private static readonly TimeSpan ProofLasts = TimeSpan.FromSeconds(5);

    /// <summary>Whether a path is looked for: not while one is well, and not for ever.</summary>
    private bool IsTrying => _peer is not null && !_hasPeerLeft && !_isResting && (_path is null || _isSuspected);

    /// <summary>Takes in a frame.</summary>
    /// <param name="datagram">Any bytes.</param>
    /// <param name="plaintext">Takes the body.</param>
    /// <param name="now">When.</param>
    /// <param name="length">The length of the body.</param>
    /// <returns>What it was; null when it was not the peer's.</returns>
    public FrameType? Receive(in Datagram datagram, Span<byte> plaintext, Instant now, out int length)
    {
        length = 0;
        if (_peer is not { } peer || _hasPeerLeft || !_sockets.Owns(datagram.To)) { return null; }

        if (peer.Session.Open(datagram.Payload, plaintext, out FrameType type, out length) != FrameError.None) { return null; }

        var route = new Route(datagram.To, datagram.From);
        Hear(route, now);
        ReadOnlySpan<byte> body = plaintext[..length];
        switch (type)
        {
            case FrameType.Probe when ProbeFrame.TryParse(body, out ProbeFrame probe):
                ReceiveProbe(route, probe, now);
                break;
            case FrameType.Answer when AnswerFrame.TryParse(body, out AnswerFrame answer):
                ReceiveAnswer(route, answer, now);
                break;
            case FrameType.Goodbye:
                PartWithPeer(now);
                break;
            default:
                break;
        }

        SendDueProbes(now);
        return type;
    }

    /// <summary>Writes a frame that was put into the outbox; 0 when there is no peer any more.</summary>
    public int Write(in Outgoing outgoing, Span<byte> destination)
    {
        if (_peer is not { } peer) { return 0; }

        Span<byte> body = stackalloc byte[AnswerFrame.Length];
        switch (outgoing.Kind)
        {
            case OutgoingKind.Probe:
                int probe = new ProbeFrame(outgoing.Token, outgoing.HasProof).Write(body);
                return peer.Session.Seal(FrameType.Probe, body[..probe], destination);
            case OutgoingKind.Answer:
                int answer = new AnswerFrame(outgoing.Token, outgoing.HasProof, outgoing.OwnToken, outgoing.Route.Remote).Write(body);
                return peer.Session.Seal(FrameType.Answer, body[..answer], destination);
            case OutgoingKind.Goodbye:
                return peer.Session.Seal(FrameType.Goodbye, default, destination);
            default:
                return 0;
        }
    }

    private void Hear(in Route route, Instant now)
    {
        _heardAt = now;
        _isHeard = true;
        foreach (ProbeTarget target in _targets)
        {
            if (target.Route == route) { target.HeardAt = now; }

            // It has sent to this port, so its NAT is open for it: no need to hold back.
            if (target.Route.Local == route.Local) { target.EndPriming(now); }
        }
    }

    private void ReceiveProbe(in Route route, in ProbeFrame probe, Instant now)
    {
        ProbeTarget target = _targets.Find(route) ?? AddReflexive(route, now);
        bool isProven = target.IsProven(now, ProofLasts);
        if (!isProven && target != _path && !_answers.TrySpend(now)) { return; }

        _outbox.Add(new Outgoing(OutgoingKind.Answer, route)
        {
            Token = probe.Token,
            OwnToken = isProven ? 0 : _tokens.Issue(target, now),
            HasProof = isProven,
        });
    }

    // The answer to its probe is the first probe of it.
    private ProbeTarget AddReflexive(in Route route, Instant now)
    {
        ProbeTarget target = _targets.AddReflexive(route, _hosts.IsNear(route.Remote.Host), now, _path);
        if (!IsTrying) { return target; }

        target.Begin(now, TimeSpan.Zero, _round);
        Announce(target, target.Advance(now), now);
        return target;
    }

    private void ReceiveAnswer(in Route route, in AnswerFrame answer, Instant now)
    {
        ProbeTarget? target = _tokens.Redeem(answer.Token, out Instant sentAt);
        if (target is not null && _targets.TryKeep(target)) { Prove(target, now - sentAt, now); }

        // Without a token of our own, or two answers would go on for ever.
        bool isKnown = target is not null || _targets.Find(route) is not null;
        if (answer.OwnToken == 0 || !isKnown || !_answers.TrySpend(now)) { return; }

        _outbox.Add(new Outgoing(OutgoingKind.Answer, route) { Token = answer.OwnToken, HasProof = target is not null });
    }

    private void SendDueProbes(Instant now)
    {
        foreach (ProbeTarget target in _targets)
        {
            if (target.Next is { } due && due <= now) { SendDueProbe(target, now); }
        }
    }

    private void SendDueProbe(ProbeTarget target, Instant now)
    {
        bool isHeartbeat = target == _path && !_isSuspected;
        if (!isHeartbeat && !IsTrying && (_path is null || now >= _optimizeUntil))
        {
            target.Rest();
            return;
        }

        if (!isHeartbeat && !_probes.TrySpend(now))
        {
            target.Postpone(now + _probes.Refill);
            return;
        }

        bool isNew = !target.IsTried;
        byte hopLimit = target.Advance(now);
        if (isHeartbeat) { target.Postpone(now + NextHeartbeat()); }
        else if (isNew) { Announce(target, hopLimit, now); }

        _outbox.Add(new Outgoing(OutgoingKind.Probe, target.Route)
        {
            Token = _tokens.Issue(target, now),
            HopLimit = hopLimit,
            HasProof = target.IsProven(now, ProofLasts),
        });
    }

    private void RestartTargets(Instant now)
    {
        foreach (ProbeTarget target in _targets) { target.Begin(now, TimeSpan.Zero, _round); }
    }

    private void Announce(ProbeTarget target, byte hopLimit, Instant now)
    {
        Tried++;
        _news.Add(new MeetEvent
        {
            Kind = MeetEventKind.Trying,
            Elapsed = _news.Elapsed(now),
            Local = target.Route.Local,
            Remote = target.Route.Remote,
            CandidateKind = target.Kind,
            Round = _round,
            HopLimit = hopLimit,
        });
    }
}
