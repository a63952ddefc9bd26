using Punch.Protocol.Events;

namespace Punch.Protocol.Session;

/// <summary>Reports that the streams have no path, and that they have one again, and adds up the time.</summary>
internal sealed class SuspensionReports(EventQueue events)
{
    private Instant? _since;

    /// <summary>How long they have waited, as far as that is over.</summary>
    public TimeSpan Total { get; private set; }

    /// <summary>The path is gone.</summary>
    public void Begin(Instant now)
    {
        _since = now;
        events.Add(SessionEventKind.StreamsSuspended, now);
    }

    /// <summary>A path is there.</summary>
    public void End(Instant now)
    {
        if (_since is not { } since) { return; }

        _since = null;
        Total += now - since;
        events.Add(new SessionEvent
        {
            Kind = SessionEventKind.StreamsResumed,
            Elapsed = events.Elapsed(now),
            SilentFor = now - since,
        });
    }
}
