using Punch.Protocol.Peer;

namespace Punch.Protocol.Meeting.Agent;

internal sealed partial class ConnectionAgent
{
    /// <summary>A probe of the path about once a second keeps NATs open and shows that the peer consents (RFC 7675).</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatSpread = TimeSpan.FromMilliseconds(200);

    /// <summary>Two heartbeats without an answer.</summary>
    private static readonly TimeSpan SuspectAfter = TimeSpan.FromSeconds(2.5);

    private static readonly TimeSpan CloseAfter = TimeSpan.FromSeconds(4);

    /// <summary>How long after a path opened a quicker one may take over.</summary>
    private static readonly TimeSpan Optimizing = TimeSpan.FromSeconds(2);

    /// <summary>When the high party takes a fresh port of itself, after the path went silent.</summary>
    private static readonly TimeSpan HighResumesAfter = TimeSpan.FromSeconds(1);

    // Another path must be quicker by a tenth, and by a millisecond, to be worth a change. A near one needs no NAT to stay as it is,
    // IPv6 none that translates: that is worth a little.
    private const double Hysteresis = 0.9;
    private static readonly TimeSpan LeastGain = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan NearBonus = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan V6Bonus = TimeSpan.FromMilliseconds(0.5);

    private ProbeTarget? _path;
    private bool _isSuspected;
    private bool _isResting;
    private Instant _consentAt;
    private Instant _optimizeUntil;

    /// <summary>The proven path; null while none is open.</summary>
    public Route? Path => _path?.Route;

    /// <summary>How often a path opened.</summary>
    public int Opens { get; private set; }

    /// <summary>From the session's start to the first path.</summary>
    public TimeSpan? TimeToOpen { get; private set; }

    /// <summary>Whether the peer said that it leaves, and nobody has come since.</summary>
    public bool HasPeerLeft => _hasPeerLeft;

    private Instant? NextPathTimeout
    {
        get
        {
            if (_path is not null) { return _consentAt + (_isSuspected ? CloseAfter : SuspectAfter); }

            return IsTrying ? _tryUntil : null;
        }
    }

    private void WatchPath(Instant now)
    {
        if (_path is null)
        {
            _isResting |= IsTrying && now >= _tryUntil;
            return;
        }

        bool isNewSilence = !_isSuspected && now >= _consentAt + SuspectAfter;
        if (now >= _consentAt + CloseAfter)
        {
            Close(now, now - _consentAt);

            // Not even suspected before: the machine has slept.
            if (isNewSilence) { PunchAgain(now); }
        }
        else if (isNewSilence)
        {
            Suspect(now);
        }
    }

    private void Prove(ProbeTarget target, TimeSpan roundTrip, Instant now)
    {
        target.NoteAnswer(roundTrip, now);
        if (_path is null) { Open(target, now); }
        else if (target == _path) { Consent(now); }
        else if (_isSuspected || (now < _optimizeUntil && IsBetter(target, _path))) { Move(target, now); }
    }

    private void Open(ProbeTarget target, Instant now)
    {
        TimeToOpen ??= _news.Elapsed(now);
        _optimizeUntil = now + Optimizing;
        Use(target, now);
        Tell(PeerEventKind.Opened, now);
        Opens++;
    }

    private void Move(ProbeTarget target, Instant now)
    {
        Use(target, now);
        Tell(PeerEventKind.Moved, now);
    }

    private void Use(ProbeTarget target, Instant now)
    {
        ProbeTarget? former = _path;
        _path = target;
        if (former is not null && former != target) { former.Rest(); }

        Consent(now);
        target.Postpone(now + NextHeartbeat());
    }

    private void Consent(Instant now)
    {
        _consentAt = now;
        if (!_isSuspected) { return; }

        _isSuspected = false;
        _path!.Postpone(now + NextHeartbeat());
    }

    private void Suspect(Instant now)
    {
        _isSuspected = true;
        _news.Add(MeetEventKind.PathSuspected, now);
        if (FindOtherProven(now) is { } other) { Move(other, now); }
        else { PunchAgain(now); }
    }

    private void PunchAgain(Instant now)
    {
        _isHeard = false;
        Ask(JoinWish.Again);
        KeepTrying(now);

        // No pause to see whether the same ports do: what the path needs is to be open again within seconds.
        _roundPause = 0;
        if (_options.Party.IsBelow(_peer!.Id))
        {
            BeginRound(now);
        }
        else
        {
            RestartTargets(now);
            _nextRound = now + HighResumesAfter;
        }
    }

    private ProbeTarget? FindOtherProven(Instant now)
    {
        foreach (ProbeTarget target in _targets)
        {
            if (target != _path && target.IsProven(now, SuspectAfter)) { return target; }
        }

        return null;
    }

    private void Close(Instant now, TimeSpan silentFor)
    {
        Route path = _path!.Route;
        _path = null;
        _isSuspected = false;
        _isHeard = false;
        _news.AddPeer(new PeerEvent
        {
            Kind = PeerEventKind.Closed,
            Remote = path.Remote,
            Local = path.Local,
            Elapsed = _news.Elapsed(now),
            SilentFor = silentFor,
        });
    }

    private void PartWithPeer(Instant now)
    {
        _hasPeerLeft = true;
        if (_path is not null) { Close(now, TimeSpan.Zero); }

        foreach (ProbeTarget target in _targets) { target.Rest(); }
    }

    private static bool IsBetter(ProbeTarget target, ProbeTarget path)
    {
        TimeSpan cost = Cost(target);
        TimeSpan present = Cost(path);
        return cost <= present - LeastGain && cost <= present * Hysteresis;
    }

    private static TimeSpan Cost(ProbeTarget target) => target.RoundTrip!.Value
        - (target.IsNear ? NearBonus : TimeSpan.Zero)
        - (target.Route.Remote.Host.IsV6 ? V6Bonus : TimeSpan.Zero);

    private TimeSpan NextHeartbeat() => Heartbeat - HeartbeatSpread + _random.NextDuration(HeartbeatSpread * 2);

    private void Tell(PeerEventKind kind, Instant now) => _news.AddPeer(new PeerEvent
    {
        Kind = kind,
        Local = _path!.Route.Local,
        Remote = _path.Route.Remote,
        Elapsed = _news.Elapsed(now),
        RoundTrip = _path.RoundTrip,
        IsMoved = _path.Kind == CandidateKind.PeerReflexive,
        IsReopened = kind == PeerEventKind.Opened && Opens > 0,
    });

    private static Instant Later(Instant a, Instant b) => a > b ? a : b;
}
