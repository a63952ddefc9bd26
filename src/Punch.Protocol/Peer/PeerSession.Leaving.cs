namespace Punch.Protocol.Peer;

public sealed partial class PeerSession
{
    /// <summary>Sends of the last word while the peer's proof is unknown: at 30 % loss all of them fail once in two million times.</summary>
    private const int LastWords = 12;

    // DESIGN.md section 5: three round trips, at least 300 ms, at most 2 s.
    private static readonly TimeSpan ShortestLeave = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestLeave = TimeSpan.FromSeconds(2);

    private Leave? _leaving;

    /// <summary>Leaves when enough messages were answered, or when the peer, which must not wait for us, said that it leaves.</summary>
    private void ConsiderLeaving(RemotePeer? departing, Instant now)
    {
        bool hasPeerLeft = departing is not null && departing == _peer && _path is not null;
        if (departing is not null) { departing.HasLeft = true; }

        bool isDone = _counters.Answered >= _options.Count && _path is not null;
        if (_leaving is not null)
        {
            if (_peer!.HasProof) { End(now); }
        }
        else if (isDone || (hasPeerLeft && _options.Count is not null))
        {
            BeginLeaving(now);
        }
        else if (hasPeerLeft)
        {
            ClosePath(now, TimeSpan.Zero);
        }
    }

    private void BeginLeaving(Instant now)
    {
        TimeSpan window = _roundTrips.Last * 3;
        window = window < ShortestLeave ? ShortestLeave : window > LongestLeave ? LongestLeave : window;
        _leaving = new Leave(now + window, now, window / LastWords);
        SayLastWord(now);
        if (_peer!.HasProof) { End(now); }
    }

    private void ContinueLeaving(Instant now)
    {
        if (now >= _leaving!.Value.Until)
        {
            End(now);
        }
        else if (now >= _leaving.Value.NextWord)
        {
            SayLastWord(now);
        }
    }

    private void SayLastWord(Instant now)
    {
        _leaving = _leaving!.Value with { NextWord = now + _leaving.Value.Pause };
        Enqueue(_path!.Value, now, MessageRole.LastWord);
    }

    /// <summary>A departure under way: until when at the latest, when the last word is said again, and how often.</summary>
    private readonly record struct Leave(Instant Until, Instant NextWord, TimeSpan Pause);
}
