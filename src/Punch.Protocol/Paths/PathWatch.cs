namespace Punch.Protocol.Paths;

/// <summary>
/// Consent freshness of the open path (RFC 7675): when to check it, and when silence makes it suspected or closed. An idle path is checked
/// every few seconds, a busy one every second.
/// </summary>
internal sealed class PathWatch(TimeSpan idlePause)
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    /// <summary>Traffic makes a path busy for this long.</summary>
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(3);

    /// <summary>How much longer the side waits that does not lead: the checks of the other side give it consent, too.</summary>
    private const double FollowerPatience = 1.15;

    /// <summary>A check without a reply is repeated this soon.</summary>
    private static readonly TimeSpan RepeatPause = TimeSpan.FromMilliseconds(500);

    /// <summary>From the first check without a reply.</summary>
    private static readonly TimeSpan SuspectAfter = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan CloseAfter = TimeSpan.FromSeconds(3);

    private readonly TimerTable<WatchTimer> _timers = new();
    private Instant? _busyUntil;

    private enum WatchTimer
    {
        Check,
        Suspect,
        Close,
    }

    /// <summary>Whether this side checks first. Both sides of a path may lead.</summary>
    public bool Leads { get; set; } = true;

    /// <summary>When the peer last showed that the path works in both directions.</summary>
    public Instant ConsentAt { get; private set; }

    /// <summary>When <see cref="Take"/> wants to be called next; null while no path is open.</summary>
    public Instant? NextTimeout => _timers.Next;

    /// <summary>The path opened, or the peer showed again that it works.</summary>
    public void Consent(Instant now)
    {
        ConsentAt = now;
        _timers.Clear();
        _timers[WatchTimer.Check] = now + Pause(now);
    }

    /// <summary>Traffic flows: an idle path becomes busy.</summary>
    public void NoteTraffic(Instant now)
    {
        bool wasBusy = IsBusy(now);
        _busyUntil = now + BusyFor;
        if (wasBusy || _timers[WatchTimer.Check] is not { } check || _timers[WatchTimer.Suspect] is not null) { return; }

        Instant due = ConsentAt + Pause(now);
        _timers[WatchTimer.Check] = due < check ? (due > now ? due : now) : check;
    }

    /// <summary>The peer does not hear this side, it says: to be checked at once.</summary>
    public void Doubt(Instant now)
    {
        if (_timers[WatchTimer.Check] is not null && _timers[WatchTimer.Suspect] is null) { _timers[WatchTimer.Check] = now; }
    }

    /// <summary>The path is not open any more.</summary>
    public void End() => _timers.Clear();

    /// <summary>Takes what has come due.</summary>
    public WatchStep Take(Instant now)
    {
        // A check that is later than silence takes to close a path: the machine has slept.
        if (_timers[WatchTimer.Suspect] is null && _timers[WatchTimer.Check] + CloseAfter <= now) { return WatchStep.Slept; }

        if (_timers.TryTake(WatchTimer.Close, now)) { return WatchStep.Close; }

        if (_timers.TryTake(WatchTimer.Suspect, now))
        {
            _timers[WatchTimer.Check] = null;
            return WatchStep.Suspect;
        }

        if (!_timers.TryTake(WatchTimer.Check, now)) { return WatchStep.None; }

        if (_timers[WatchTimer.Close] is null)
        {
            _timers[WatchTimer.Suspect] = now + SuspectAfter;
            _timers[WatchTimer.Close] = now + CloseAfter;
        }

        _timers[WatchTimer.Check] = now + RepeatPause;
        return WatchStep.Check;
    }

    private bool IsBusy(Instant now) => now < _busyUntil;

    private TimeSpan Pause(Instant now) => (IsBusy(now) ? BusyPause : idlePause) * (Leads ? 1 : FollowerPatience);
}

/// <summary>What the watch over a path wants done.</summary>
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

    /// <summary>Close the path and try everything again: no check was made in time.</summary>
    Slept,
}
