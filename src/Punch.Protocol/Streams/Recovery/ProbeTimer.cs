namespace Punch.Protocol.Streams.Recovery;

/// <summary>The probe timeout (RFC 9002 §6.2): when no acknowledgement comes, a probe asks for one.</summary>
internal sealed class ProbeTimer
{
    // RFC 9002 §6.2.4: two probes, in case the first one is lost, too.
    private const int ProbesEach = 2;

    // Six make any timeout longer than a second.
    private const int MostDoublings = 6;

    // RFC 9002 §6.2.1 doubles without an end, so a path that was away for a minute would stay silent for another. Two packets a second are
    // no load, and a path that was away goes on within a second.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private int _doublings;
    private Instant _since;

    /// <summary>Probes that wait to be sent.</summary>
    public int Due { get; private set; }

    /// <summary>When the timer fires. It is never less than one timeout after the last packet or the last probe.</summary>
    public Instant At(TimeSpan timeout)
    {
        TimeSpan longest = timeout > Longest ? timeout : Longest;
        TimeSpan wait = timeout * (1 << _doublings);
        return _since + (wait < longest ? wait : longest);
    }

    /// <summary>Takes note of a packet that the peer must acknowledge.</summary>
    public void NoteSent(Instant sentAt)
    {
        _since = sentAt > _since ? sentAt : _since;
        Due = Math.Max(0, Due - 1);
    }

    /// <summary>Takes note of an acknowledgement: the path works.</summary>
    public void NoteAcknowledged()
    {
        _doublings = 0;
        Due = 0;
    }

    /// <summary>Asks for probes, and waits twice as long for the next ones.</summary>
    public void Fire(Instant now)
    {
        _since = now;
        _doublings = Math.Min(_doublings + 1, MostDoublings);
        Due = ProbesEach;
    }

    /// <summary>
    /// Begins again on a path. Probes are due at once if something is in flight: it may have gone lost with the old path.
    /// </summary>
    public void Restart(bool anyInFlight, Instant now)
    {
        _since = now;
        _doublings = 0;
        Due = anyInFlight ? ProbesEach : 0;
    }
}
