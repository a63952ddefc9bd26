namespace Punch.Protocol.Paths;

/// <summary>
/// Consent freshness of the open path (RFC 7675). It decides when to check the path, and when silence makes it suspected or closed. An idle
/// path is checked every few seconds, a busy one every second.
/// </summary>
internal sealed class PathWatch(TimeSpan idlePause)
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    /// <summary>How long a path counts as busy after traffic.</summary>
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(3);

    /// <summary>How much longer the side that does not lead waits. It takes the checks of the other side as consent.</summary>
    private const double FollowerPatience = 1.15;

    /// <summary>The pause before a check without a reply is repeated.</summary>
    private static readonly TimeSpan RepeatPause = TimeSpan.FromMilliseconds(500);

    /// <summary>The time from the first check without a reply until the path is suspected.</summary>
    private static readonly TimeSpan SuspectAfter = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan CloseAfter = TimeSpan.FromSeconds(3);

    /// <summary>Traffic at this pace or quicker is dense: then a standby takes over sooner.</summary>
    private static readonly TimeSpan DensePause = TimeSpan.FromMilliseconds(300);

    /// <summary>How long dense traffic goes on without a word of the peer until the path is checked.</summary>
    private static readonly TimeSpan DenseSilence = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan DenseRepeatPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DenseSuspectAfter = TimeSpan.FromMilliseconds(350);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    private readonly TimerTable<WatchTimer> _timers = new();
    private Instant? _busyUntil;
    private Instant _trafficAt;
    private bool _isDense;
    private int _checks;

    private enum WatchTimer
    {
        Check,
        Suspect,
        Close,
    }

    /// <summary>Whether this side checks first. Both sides of a path may lead.</summary>
    public bool Leads { get; set; } = true;

    /// <summary>Whether a relay can take over at once, or carries the path and can be bound anew.</summary>
    public bool HasStandby { get; set; }

    /// <summary>Whether a check was repeated, because no reply came: the path may be dead.</summary>
    public bool IsDoubtful => _checks > 1;

    /// <summary>When the peer last showed that the path works in both directions.</summary>
    public Instant ConsentAt { get; private set; }

    /// <summary>When <see cref="Take"/> must be called next; null if no path is open.</summary>
    public Instant? NextTimeout => _timers.Next;

    /// <summary>The path opened, or the peer showed again that it works.</summary>
    public void Consent(Instant now)
    {
        ConsentAt = now;
        _checks = 0;
        _timers.Clear();
        _timers[WatchTimer.Check] = now + Pause(now);
    }

    /// <summary>Traffic flows, so an idle path becomes busy.</summary>
    /// <param name="heardAt">When the peer was last heard on the path.</param>
    /// <param name="now">The time.</param>
    public void NoteTraffic(Instant heardAt, Instant now)
    {
        bool wasBusy = IsBusy(now);
        _busyUntil = now + BusyFor;
        _isDense = HasStandby && now - _trafficAt <= DensePause;
        _trafficAt = now;

        // Not now: the traffic may be part of a timeout, which must leave nothing due.
        if (_isDense && now - heardAt >= DenseSilence) { Doubt(now + ShortestPause); }

        if (wasBusy || _timers[WatchTimer.Check] is not { } check || _timers[WatchTimer.Suspect] is not null) { return; }

        Instant due = ConsentAt + Pause(now);
        _timers[WatchTimer.Check] = due < check ? (due > now ? due : now) : check;
    }

    /// <summary>The peer may not hear this side any more. Check by then.</summary>
    public void Doubt(Instant by)
    {
        if (_timers[WatchTimer.Suspect] is null && _timers[WatchTimer.Check] > by) { _timers[WatchTimer.Check] = by; }
    }

    /// <summary>The path is no longer open.</summary>
    public void End()
    {
        _checks = 0;
        _timers.Clear();
    }

    /// <summary>Takes the step that is due.</summary>
    /// <param name="roundTrip">The round trip of the path.</param>
    /// <param name="now">The time.</param>
    public WatchStep Take(TimeSpan roundTrip, Instant now)
    {
        // If a check comes later than the time to close, the machine has slept.
        if (_timers[WatchTimer.Suspect] is null && _timers[WatchTimer.Check] + CloseAfter <= now) { return WatchStep.Slept; }

        if (_timers.TryTake(WatchTimer.Close, now)) { return WatchStep.Close; }

        if (_timers.TryTake(WatchTimer.Suspect, now))
        {
            _timers[WatchTimer.Check] = null;
            return WatchStep.Suspect;
        }

        if (!_timers.TryTake(WatchTimer.Check, now)) { return WatchStep.None; }

        _checks++;
        if (_timers[WatchTimer.Close] is null)
        {
            TimeSpan twice = DenseSuspectAfter > roundTrip * 2 ? DenseSuspectAfter : roundTrip * 2;
            _timers[WatchTimer.Suspect] = now + (_isDense && twice < SuspectAfter ? twice : SuspectAfter);
            _timers[WatchTimer.Close] = now + CloseAfter;
        }

        _timers[WatchTimer.Check] = now + (_isDense ? DenseRepeatPause : RepeatPause);
        return WatchStep.Check;
    }

    private bool IsBusy(Instant now) => now < _busyUntil;

    private TimeSpan Pause(Instant now) => (IsBusy(now) ? BusyPause : idlePause) * (Leads ? 1 : FollowerPatience);
}

/// <summary>The steps of the watch over a path.</summary>
internal enum WatchStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Check the path.</summary>
    Check,

    /// <summary>Try everything again.</summary>
    Suspect,

    /// <summary>Close the path.</summary>
    Close,

    /// <summary>Close the path and try everything again, because no check was made in time.</summary>
    Slept,
}
