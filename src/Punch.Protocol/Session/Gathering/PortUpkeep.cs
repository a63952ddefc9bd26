using Punch.Protocol.Paths;
using Punch.Protocol.Paths.Plans;

namespace Punch.Protocol.Session.Gathering;

/// <summary>Replaces fresh ports that could not be bound, and gives up those that the open path does not need.</summary>
internal sealed class PortUpkeep(LocalPorts ports, FreshPorts rounds, PathFinder finder)
{
    /// <summary>How many fresh ports may turn out to be unusable in a session's life.</summary>
    private const int MaxReplaced = 16;

    private TokenBucket _replacing = new(burst: 2, perSecond: 1);
    private int _replaced;
    private int _roundsSeen;
    private Instant? _releaseAt;

    /// <summary>Takes another port for one that could not be bound; false for the first port, or after too many tries.</summary>
    public bool TryReplace(in TransportAddress local, Instant now)
    {
        if (_replaced >= MaxReplaced || !_replacing.TrySpend(now) || !ports.TryDiscard(local)) { return false; }

        _replaced++;
        rounds.Replace(finder, now);
        return true;
    }

    /// <summary>Gives up the ports of an outage once the path has been open for a while.</summary>
    public void Release(Instant now)
    {
        // The peer may begin a round while the path is still open here. Then the port of that round is needed.
        bool isNewRound = rounds.Rounds != _roundsSeen;
        _roundsSeen = rounds.Rounds;
        if (isNewRound || finder is not { State: PathState.Open, Path: { } path })
        {
            _releaseAt = null;
            return;
        }

        _releaseAt ??= now + MeetingPace.ReleaseAfter;
        if (_releaseAt <= now && ports.Release(path.Local)) { finder.Ask(CandidateWish.Again); }
    }
}
