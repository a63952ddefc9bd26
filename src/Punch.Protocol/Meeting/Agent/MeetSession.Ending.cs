using Punch.Protocol.Peer;

namespace Punch.Protocol.Meeting.Agent;

public sealed partial class MeetSession
{
    /// <summary>After a peer's goodbye its last message may still be on the way.</summary>
    private static readonly TimeSpan LingerAfterGoodbye = TimeSpan.FromMilliseconds(300);

    // Nobody answers a goodbye, so it is said twice; a peer that hears neither finds out by the silence.
    private const int Goodbyes = 2;

    private bool _isFarewellDue;
    private PeerEvent? _lastWord;
    private Route? _farewellPath;
    private Instant? _goodbyeAt;

    /// <summary>How it stands or ended, and what is known of both networks.</summary>
    public MeetOutcome Outcome => new()
    {
        Result = _agent.Opens > 0 ? MeetResult.Proven : _result,
        Refusal = LastRefusal(),
        Rejection = _agent.Rejection,
        Own = OwnTraits(),
        Peer = _agent.Peer?.Hello.Traits ?? default,
        Mapped = FirstMapped(),
        PeerMapped = _agent.Peer?.V4?.Address ?? _agent.Peer?.V6?.Address,
        Rounds = _agent.Rounds,
        Tried = _agent.Tried,
        HasHeard = _agent.HasHeard,
    };

    private Instant? Deadline => _start + _options.Deadline;

    /// <summary>When the trying ends, unless a path opens.</summary>
    private Instant? PatienceEnd
    {
        get
        {
            if (_agent.Opens > 0 || _options.Patience is not { } patience) { return null; }

            return (_agent.IntroducedAt ?? _agent.RejectedAt) + patience;
        }
    }

    private Instant? NextEnd
    {
        get
        {
            Instant? next = Instant.Earlier(Deadline, PatienceEnd);
            if (!HasAnyAnswer()) { next = Instant.Earlier(next, _start + ServerPatience); }

            return Instant.Earlier(next, _goodbyeAt + LingerAfterGoodbye);
        }
    }

    private void ConsiderEnd(Instant now)
    {
        if (IsEnded) { return; }

        if (Deadline <= now) { Stop(now); }
        else if (NextEnd <= now || AreAllRefusing()) { End(now); }
    }

    private void NoteGoodbye(Instant now)
    {
        // Whoever came for a check or an errand has what it came for, or never will; others go on waiting, as punch HOST does.
        bool isErrand = _options.Count is not null || _options.Use != PathUse.Messages;
        if (isErrand && _agent.Opens > 0) { _goodbyeAt ??= now; }
    }

    private void End(Instant now)
    {
        IsEnded = true;
        _result = Judge();
        _isFarewellDue = true;
        _farewellPath = _agent.Path;
        if (_agent.Opens > 0) { _lastWord = new PeerEvent { Kind = PeerEventKind.Ended, Elapsed = now - _start }; }

        _end = new MeetEvent { Kind = MeetEventKind.Ended, Elapsed = now - _start };
    }

    /// <summary>After the last message, a goodbye to the peer and to the servers; once.</summary>
    private bool TryBidFarewell()
    {
        if (!_isFarewellDue) { return false; }

        _isFarewellDue = false;

        // A port that is handed over must not get answers to words of ours; the server forgets us by itself.
        bool isHandedOver = _options.Use == PathUse.HandOver && _agent.Opens > 0;
        if (!isHandedOver) { BidFarewell(); }

        if (_lastWord is { } last) { _news.AddPeer(last); }

        return true;
    }

    private void BidFarewell()
    {
        if (_farewellPath is { } path && !_agent.HasPeerLeft)
        {
            for (int i = 0; i < Goodbyes; i++) { _outbox.Add(new Outgoing(OutgoingKind.Goodbye, path)); }
        }

        foreach (RendezvousClient client in _clients) { client.Leave(_outbox); }
    }

    private MeetResult Judge()
    {
        if (_agent.Opens > 0) { return MeetResult.Proven; }

        if (_agent.IntroducedAt is not null) { return MeetResult.NoPath; }

        if (_agent.RejectedAt is not null) { return MeetResult.PeerRejected; }

        return LastRefusal() is not null ? MeetResult.ServerRefused : HasAnyAnswer() ? MeetResult.NobodyCame : MeetResult.ServerSilent;
    }

    private bool HasAnyAnswer()
    {
        foreach (RendezvousClient client in _clients)
        {
            if (client.HasAnswered) { return true; }
        }

        return false;
    }

    // A path needs no server; without one, a server that has not answered yet may still let us in.
    private bool AreAllRefusing()
    {
        if (_agent.Peer is not null) { return false; }

        foreach (RendezvousClient client in _clients)
        {
            if (client.Refusal is null) { return false; }
        }

        return true;
    }

    private Stun.StunErrorCode? LastRefusal()
    {
        foreach (RendezvousClient client in _clients)
        {
            if (client.Refusal is { } code) { return code; }
        }

        return null;
    }

    private TransportAddress? FirstMapped()
    {
        foreach (RendezvousClient client in _clients)
        {
            if (client.Mapped is { } mapped) { return mapped; }
        }

        return null;
    }
}
