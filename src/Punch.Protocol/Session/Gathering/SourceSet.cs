using Punch.Protocol.Candidates;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Gathering;

/// <summary>The candidate sources of a gathering as one. Local candidates go to a list, remote ones to the finder.</summary>
internal sealed class SourceSet(PathFinder finder, params ICandidateSource[] sources)
{
    private readonly List<Candidate> _locals = [];

    /// <summary>The local candidates.</summary>
    public IReadOnlyList<Candidate> Locals => _locals;

    /// <summary>When <see cref="Timeout"/> must be called next; null for never.</summary>
    public Instant? NextTimeout
    {
        get
        {
            Instant? next = null;
            foreach (ICandidateSource source in sources) { next = Instant.Earlier(next, source.NextTimeout); }

            return next;
        }
    }

    /// <summary>Passes a datagram to the sources that expect it.</summary>
    public void Receive(in Datagram datagram, Instant now)
    {
        foreach (ICandidateSource source in sources)
        {
            if (source.Expects(datagram)) { source.Receive(datagram, now); }
        }
    }

    /// <summary>Passes a notice to all sources.</summary>
    public void Note(in NetworkNotice notice, Instant now)
    {
        foreach (ICandidateSource source in sources) { source.Note(notice, now); }
    }

    /// <summary>Does what is due.</summary>
    public void Timeout(Instant now)
    {
        foreach (ICandidateSource source in sources)
        {
            if (source.NextTimeout <= now) { source.Timeout(now); }
        }
    }

    /// <summary>Writes the next datagram of a source; false if there is none.</summary>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        foreach (ICandidateSource source in sources)
        {
            if (source.TryTransmit(buffer, out transmit)) { return true; }
        }

        transmit = default;
        return false;
    }

    /// <summary>Takes the changes of the candidates from the sources. Returns whether there were any.</summary>
    public bool MoveCandidates()
    {
        bool hasMoved = false;
        foreach (ICandidateSource source in sources)
        {
            while (source.TryTake(out CandidateChange change))
            {
                hasMoved = true;
                Move(change);
            }
        }

        return hasMoved;
    }

    private void Move(in CandidateChange change)
    {
        bool isAdded = change.Kind == CandidateChangeKind.Added;
        switch (change.Side)
        {
            case CandidateSide.Local when isAdded:
                _locals.Add(change.Candidate);
                break;
            case CandidateSide.Local:
                _locals.Remove(change.Candidate);
                break;
            case CandidateSide.Remote when isAdded:
                finder.Add(change.Candidate);
                break;
            default:
                finder.Remove(change.Candidate);
                break;
        }
    }
}
