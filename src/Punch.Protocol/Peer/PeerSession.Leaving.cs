using System.Diagnostics;

namespace Punch.Protocol.Peer;

public sealed partial class PeerSession
{
    /// <summary>Sends of the last word while the peer's proof is unknown: at 30 % loss all of them fail once in two million times.</summary>
    private const int LastWords = 12;

    // DESIGN.md section 5: three round trips, at least 300 ms, at most 2 s.
    private static readonly TimeSpan ShortestLeave = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestLeave = TimeSpan.FromSeconds(2);

    /// <summary>What a datagram may be late by when the path is to be handed over free of ours.</summary>
    private static readonly TimeSpan Straggling = TimeSpan.FromMilliseconds(5);

    private Leave? _leaving;
    private uint _firstBye;

    private bool IsDone => _path is not null && _options.Use switch
    {
        PathUse.Messages => _counters.Answered >= _options.Count,
        PathUse.HandOver => true,
        PathUse.Data => IsDataDone,
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether a side that leaves may go before its time is up.</summary>
    private bool MayGo => _options.Use switch
    {
        PathUse.Messages => _peer!.HasProof,
        PathUse.HandOver => false,
        PathUse.Data => IsDataOver,
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether to go when the peer does: it was to be a check or an errand, and whoever comes next is somebody else.</summary>
    private bool FollowsPeer => _options.Count is not null || _options.Use != PathUse.Messages;

    /// <summary>Leaves when all is done, or when the peer, which must not wait for us, said that it leaves.</summary>
    private void ConsiderLeaving(RemotePeer? departing, in Sighting seen, Instant now)
    {
        bool hasPeerLeft = departing is not null && departing == _peer && _path is not null;
        if (departing is not null) { departing.HasLeft = true; }

        if (hasPeerLeft && _options.Use == PathUse.HandOver)
        {
            FallSilent(seen, now);
        }
        else if (_leaving is not null)
        {
            if (MayGo) { End(now); }
        }
        else if (IsDone || (hasPeerLeft && FollowsPeer))
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
        TimeSpan patience = _options.Use == PathUse.HandOver ? LongestLeave : window;
        _leaving = new Leave(now + patience, now, window / LastWords);
        SayLastWord(now);
        if (MayGo) { End(now); }
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
        if (_firstBye == 0) { _firstBye = _sequence; }
    }

    /// <summary>
    /// The peer said its last word, and it leaves the path to another program, too. From then on each says no more than it must, and lets
    /// pass what is still under way, so that neither program is met by words of ours and both begin at about the same moment: the side
    /// whose last word the peer had not heard waits for it to get there and for those that left there meanwhile, the other for the first half.
    /// </summary>
    private void FallSilent(in Sighting seen, Instant now)
    {
        bool wasLeaving = _leaving is not null;
        if (wasLeaving && _leaving!.Value.IsSilent && seen.Sequence >= _firstBye) { return; }

        bool isHeard = wasLeaving && seen.Sequence >= _firstBye;
        if (!wasLeaving) { BeginLeaving(now); }
        else if (!isHeard) { SayLastWord(now); }

        TimeSpan way = isHeard ? _roundTrips.Last / 2 : _roundTrips.Last;
        _leaving = new Leave(now + way + Straggling, now + LongestLeave + LongestLeave, default, IsSilent: true);
    }

    /// <summary>A departure under way: until when at the latest, when the last word is said again, and how often.</summary>
    /// <param name="Until">When it ends at the latest.</param>
    /// <param name="NextWord">When the last word is said again.</param>
    /// <param name="Pause">How often it is.</param>
    /// <param name="IsSilent">Whether there is only waiting left.</param>
    private readonly record struct Leave(Instant Until, Instant NextWord, TimeSpan Pause, bool IsSilent = false);
}
