using Punch.Protocol.Candidates;
using Punch.Protocol.Events;

namespace Punch.Protocol.Paths;

/// <summary>
/// Decides which proven route is the path, and whether it is healthy. It says when to look for another one, and sends nothing.
/// </summary>
internal sealed class PathKeeper(PathRules rules, Relays relays, EventQueue events)
{
    /// <summary>How long a reply proves a route that is not the path.</summary>
    private static readonly TimeSpan ProofLasts = TimeSpan.FromSeconds(5);

    /// <summary>How long after a path opened a quicker route may replace it.</summary>
    private static readonly TimeSpan Optimizing = TimeSpan.FromSeconds(2);

    /// <summary>How long a side that yields must not have heard the peer on its own choice.</summary>
    private static readonly TimeSpan YieldsAfter = TimeSpan.FromSeconds(2);

    // Another path must be quicker by a tenth, and by a millisecond, to be worth a change. A near path depends on no NAT, and an IPv6 path
    // on no translation: that is worth a little.
    private const double Hysteresis = 0.9;
    private static readonly TimeSpan LeastGain = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan NearBonus = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan V6Bonus = TimeSpan.FromMilliseconds(0.5);

    /// <summary>How often a direct route is looked for again while a relay carries the path.</summary>
    private static readonly TimeSpan ImprovePause = TimeSpan.FromSeconds(60);

    /// <summary>How long each time: three probes of each address.</summary>
    private static readonly TimeSpan ImprovesFor = TimeSpan.FromMilliseconds(60);

    private readonly TimerTable<KeeperTimer> _timers = new();
    private bool _isImproving;
    private bool _wasOpen; // to this peer

    private enum KeeperTimer
    {
        /// <summary>Addresses that never replied were tried long enough.</summary>
        GiveUp,

        /// <summary>From here on a quicker route replaces the path only if the path is suspected.</summary>
        Optimized,

        /// <summary>A direct route is looked for again, while a relay carries the path.</summary>
        Improve,
    }

    public PathState State { get; private set; }

    /// <summary>The path; null if none is open.</summary>
    public ProbeTarget? Path { get; private set; }

    /// <summary>The peer's consent on the open path.</summary>
    public PathWatch Watch { get; } = new(rules.IdlePause);

    /// <summary>How often a path opened.</summary>
    public int Opens { get; private set; }

    /// <summary>How often a path took the place of one to the same peer that had fallen silent.</summary>
    public int Rescues { get; private set; }

    /// <summary>The time from the session's start to the first path.</summary>
    public TimeSpan? TimeToOpen { get; private set; }

    /// <summary>Whether it looks for a path: not while a direct one is healthy, and not without limit.</summary>
    public bool IsTrying => State is PathState.Trying or PathState.Suspected || IsImproving;

    public Instant? NextTimeout
    {
        get
        {
            Instant? next = State == PathState.Trying || IsImproving ? _timers[KeeperTimer.GiveUp] : null;
            return Instant.Earlier(Watch.NextTimeout, Instant.Earlier(next, IsRelayed ? _timers[KeeperTimer.Improve] : null));
        }
    }

    // A path over a relay is open, and a direct one is looked for.
    private bool IsImproving => _isImproving && IsRelayed && State == PathState.Open;

    private bool IsRelayed => Path is { IsRelayed: true };

    /// <summary>Whether targets are probed now.</summary>
    public bool MayProbe(Instant now) => IsTrying || (Path is not null && now < _timers[KeeperTimer.Optimized]);

    /// <summary>Whether a target works, as far as is known.</summary>
    public bool IsProven(ProbeTarget target, Instant now) =>
        target == Path ? State == PathState.Open : !relays.HoldBack(target) && target.IsProven(now, ProofLasts);

    /// <summary>A peer is there to be tried.</summary>
    public void Begin() => (State, _wasOpen) = (PathState.Trying, false);

    /// <summary>Nothing more is tried for now.</summary>
    public void Rest()
    {
        if (State == PathState.Trying) { State = PathState.Resting; }
    }

    /// <summary>Tries for a while from now on; returns whether it rested before.</summary>
    public bool Seek(Instant now)
    {
        _timers[KeeperTimer.GiveUp] = now + rules.TryingFor;
        if (State != PathState.Resting) { return false; }

        State = PathState.Trying;
        return true;
    }

    /// <summary>Lets a quicker route replace the path for a while, because there may be a new route.</summary>
    public void Optimize(Instant now)
    {
        if (rules.Selection == PathSelection.Quickest) { _timers[KeeperTimer.Optimized] = now + Optimizing; }
    }

    /// <summary>Stops trying for now, if it is time to.</summary>
    public void ConsiderRest(Instant now)
    {
        if (State == PathState.Trying && _timers.TryTake(KeeperTimer.GiveUp, now)) { State = PathState.Resting; }

        if (!IsImproving || !_timers.TryTake(KeeperTimer.GiveUp, now)) { return; }

        _isImproving = false;
        _timers[KeeperTimer.Improve] = now + ImprovePause;
    }

    /// <summary>Whether it is time to look for a direct route again, while a relay carries the path.</summary>
    public bool TakeImprovement(Instant now)
    {
        if (!IsRelayed || !_timers.TryTake(KeeperTimer.Improve, now)) { return false; }

        _isImproving = true;
        _timers[KeeperTimer.GiveUp] = now + ImprovesFor;
        return true;
    }

    /// <summary>Takes in a reply to a probe of a target.</summary>
    public void NoteReply(ProbeTarget target, TimeSpan roundTrip, in PathNote note, Instant now)
    {
        target.NoteProof(roundTrip, now);
        if (relays.HoldBack(target) && State != PathState.Suspected) { target.Rest(); }
        else if (Path is not { } path) { Open(target, roundTrip, note, now); }
        else if (target == path) { Consent(now); }
        else if (State == PathState.Suspected
            || (path.IsRelayed && !target.IsRelayed)
            || (now < _timers[KeeperTimer.Optimized] && IsBetter(target, path)))
        {
            Move(target, roundTrip, note, now);
        }
    }

    /// <summary>A route that was proven in advance becomes the path, where none is open.</summary>
    public void Use(ProbeTarget target, in PathNote note, Instant now)
    {
        if (Path is null) { Open(target, target.RoundTrip, note, now); }
    }

    /// <summary>Takes in a proof of both directions from a datagram that came by this route and answered no probe of it.</summary>
    public void NoteProof(ProbeTarget target, in PathProof proof, in PathNote note, Instant now)
    {
        // An old confirmation shows where the peer is, but not that it still hears this side.
        if (proof.IsFresh) { target.NoteProof(proof.RoundTrip, now); }

        if (Path is not { } path) { Open(target, proof.RoundTrip, note, now); }
        else if (target == path && proof.IsFresh) { Consent(now); }
        else if (target != path && Follows(path, target, proof, now)) { Follow(target, proof, note, now); }

        target.HeardAt = now;
    }

    /// <summary>The peer showed that the path works in both directions.</summary>
    public void Consent(Instant now)
    {
        Watch.Consent(now);
        if (State != PathState.Suspected) { return; }

        State = PathState.Open;
        Path!.Rest();
    }

    /// <summary>The path is silent.</summary>
    public void Suspect(Instant now)
    {
        State = PathState.Suspected;
        events.Add(new SessionEvent
        {
            Kind = SessionEventKind.Suspected,
            Elapsed = events.Elapsed(now),
            Local = Path!.Route.Local,
            Remote = Path.Route.Remote,
        });
    }

    public void Move(ProbeTarget target, TimeSpan? roundTrip, in PathNote note, Instant now)
    {
        Rescues += State == PathState.Suspected ? 1 : 0;
        Use(target, now);
        Report(SessionEventKind.Moved, roundTrip, note, now);
    }

    /// <summary>The path is closed. The search for the peer goes on.</summary>
    public void Close(TimeSpan silentFor, Instant now)
    {
        Route path = Path!.Route;
        Path = null;
        State = PathState.Trying;
        Watch.End();
        events.Add(new SessionEvent
        {
            Kind = SessionEventKind.Closed,
            Remote = path.Remote,
            Local = path.Local,
            Elapsed = events.Elapsed(now),
            SilentFor = silentFor,
        });
    }

    /// <summary>The peer leaves. Nothing more is sent to it.</summary>
    public void Part(Instant now)
    {
        if (Path is not null) { Close(TimeSpan.Zero, now); }

        State = PathState.Parted;
    }

    private void Follow(ProbeTarget target, in PathProof proof, in PathNote note, Instant now)
    {
        if (proof.IsFresh)
        {
            Move(target, proof.RoundTrip, note, now);
            return;
        }

        Take(target, now);
        Report(SessionEventKind.Moved, proof.RoundTrip, note, now);
    }

    private void Open(ProbeTarget target, TimeSpan? roundTrip, in PathNote note, Instant now)
    {
        TimeToOpen ??= events.Elapsed(now);
        Rescues += _wasOpen ? 1 : 0;
        _wasOpen = true;
        Optimize(now);
        Use(target, now);
        Report(SessionEventKind.Opened, roundTrip, note, now);
        Opens++;
    }

    private void Use(ProbeTarget target, Instant now)
    {
        Take(target, now);
        target.Rest();
        State = PathState.Open;
        Watch.Consent(now);
    }

    private void Take(ProbeTarget target, Instant now)
    {
        if (target.IsRelayed && !IsRelayed)
        {
            _isImproving = true;
            _timers[KeeperTimer.GiveUp] = now + rules.TryingFor;
        }

        Path?.Rest();
        Path = target;
    }

    /// <summary>
    /// Moves at once to another port of the same host, because its NAT moved the port. If several ways work, as with IPv4 and IPv6, the
    /// side that yields moves when it no longer hears the peer on its own choice. If both yielded, they would follow each other in circles.
    /// </summary>
    private static bool Follows(ProbeTarget path, ProbeTarget target, in PathProof proof, Instant now)
    {
        bool isMovedByNat = path.Route.Local == target.Route.Local && path.Route.Remote.Host == target.Route.Remote.Host;
        return isMovedByNat || (proof.IsFresh && proof.Yields && now - path.HeardAt >= YieldsAfter);
    }

    private static bool IsBetter(ProbeTarget target, ProbeTarget path)
    {
        if (target.IsRelayed && !path.IsRelayed) { return false; }

        TimeSpan cost = Cost(target);
        TimeSpan present = Cost(path);
        return cost <= present - LeastGain && cost <= present * Hysteresis;
    }

    private static TimeSpan Cost(ProbeTarget target) => target.RoundTrip.GetValueOrDefault()
        - (target.IsNear ? NearBonus : TimeSpan.Zero)
        - (target.Route.Remote.Host.IsV6 ? V6Bonus : TimeSpan.Zero);

    private void Report(SessionEventKind kind, TimeSpan? roundTrip, in PathNote note, Instant now) => events.Add(new SessionEvent
    {
        Kind = kind,
        Local = Path!.Route.Local,
        Remote = Path.Route.Remote,
        Elapsed = events.Elapsed(now),
        RoundTrip = roundTrip,
        IsMoved = Path.Kind == CandidateKind.PeerReflexive && !note.IsSlot,
        IsRelayed = Path.IsRelayed,
        NamedPort = note.NamedPort,
        IsSlot = note.IsSlot,
        IsReopened = kind == SessionEventKind.Opened && Opens > 0,
    });
}

/// <summary>A proof that answers no probe.</summary>
/// <param name="RoundTrip">The measured round trip; null if none was measured.</param>
/// <param name="IsFresh">Whether it confirms something for the first time.</param>
/// <param name="Yields">Whether this side gives way if both sides choose different routes.</param>
internal readonly record struct PathProof(TimeSpan? RoundTrip, bool IsFresh, bool Yields);

/// <summary>What an event says about a route besides its addresses.</summary>
/// <param name="IsSlot">Whether a plan made it, in a clock slot.</param>
/// <param name="NamedPort">The one port that candidates name for its host; 0 for several or none.</param>
internal readonly record struct PathNote(bool IsSlot, ushort NamedPort);
