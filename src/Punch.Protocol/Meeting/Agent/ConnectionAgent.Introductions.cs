using Punch.Protocol.Peer;
using Punch.Protocol.Rendezvous;

namespace Punch.Protocol.Meeting.Agent;

internal sealed partial class ConnectionAgent
{
    /// <summary>How long a peer that was heard is held to, before another party takes its place: a process that was restarted.</summary>
    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(2);

    /// <summary>How long after the last news of the peer addresses are tried that never answered: nobody is probed for ever.</summary>
    private static readonly TimeSpan TryingFor = TimeSpan.FromSeconds(30);

    /// <summary>How many hellos of unknown parties that answer nothing are tried at once, and each second.</summary>
    internal const int StrangersAtOnce = 1000;

    /// <summary>How long primes go before the probes: the peer's first probe is here by then, if the server told both at once.</summary>
    private static readonly TimeSpan Priming = TimeSpan.FromMilliseconds(200);

    /// <summary>How long they go in a later round: the peer dials when it has heard of the fresh port, if need be by asking.</summary>
    private static readonly TimeSpan LongPriming = TimeSpan.FromSeconds(1.2);

    // Whoever forges the server's address has us derive a key and try it for each word: a hundredth of a processor's time at most. What is
    // not tried for that comes again as an answer, which nobody can forge who does not see the question.
    private TokenBucket _strangers = new(burst: StrangersAtOnce, perSecond: StrangersAtOnce);

    private Instant? _heardAt;
    private bool _isHeard;
    private bool _hasPeerLeft;
    private Instant _tryUntil;

    /// <summary>When the present peer was introduced; null before.</summary>
    public Instant? IntroducedAt { get; private set; }

    /// <summary>When a hello came that can't be used, while there was no peer; null when none did.</summary>
    public Instant? RejectedAt { get; private set; }

    /// <summary>What was wrong with it.</summary>
    public HelloRejection Rejection { get; private set; }

    /// <summary>Whether authentic frames came.</summary>
    public bool HasHeard => _heardAt is not null;

    /// <summary>How many addresses of the peer were tried, ever.</summary>
    public int Tried { get; private set; }

    /// <summary>Takes in what a server tells of the other party.</summary>
    public void Introduce(in PeerEntry entry, TransportAddress server, IntroducedBy by, Instant now)
    {
        if (entry.IsEmpty) { return; }

        var id = PartyId.FromBytes(entry.Party);
        if (id == _options.Party) { return; }

        if (_peer is { } peer && peer.Id == id)
        {
            if (!_hasPeerLeft) { Update(peer, entry, server, by, now); }
        }
        else if (MayTakeOver(now))
        {
            Adopt(entry, server, by, now);
        }
    }

    private void Update(RemoteParty peer, in PeerEntry entry, TransportAddress server, IntroducedBy by, Instant now)
    {
        byte round = peer.Hello.Round;
        bool isNewHello = peer.TryUpdate(entry);
        bool isElsewhere = peer.TrySee(entry, server);

        // The server says that it is there: worth to go on, but no news.
        if (_path is null) { KeepTrying(now); }

        bool isNews = isNewHello || isElsewhere || IsBehind(_round, peer.Hello.Round);
        if (isNews) { Renew(round != peer.Hello.Round, by, now); }
    }

    // An old hello of a peer that is gone may come back (a server that remembers it); it must not push out one that is heard.
    private bool MayTakeOver(Instant now) => _path is null && (_hasPeerLeft || _heardAt is not { } heard || now - heard > HeldFor);

    private void Adopt(in PeerEntry entry, TransportAddress server, IntroducedBy by, Instant now)
    {
        if (by == IntroducedBy.Tell && !_strangers.TrySpend(now)) { return; }

        HelloError error = RemoteParty.TryCreate(_keys, _key, _options.Party, entry, out RemoteParty? party);
        if (party is null)
        {
            // A word that answers nothing can be anybody's, so only an answer of the server's says that somebody unusable is there.
            if (by == IntroducedBy.Answer) { Reject(error, now); }

            return;
        }

        if (_peer is { } former)
        {
            _former.Note(former);
            former.Dispose();
        }

        _former.Resume(party);
        _peer = party;
        _targets.Remove(_ => true);
        _isHeard = false;
        _hasPeerLeft = false;
        IntroducedAt = now;
        party.TrySee(entry, server);
        AdoptRound(party.Hello.Round, now);
        KeepTrying(now);
        RenewTargets(now, PrimingFor(by));
        TellOfPeer(now);
        SendDueProbes(now);
    }

    private void KeepTrying(Instant now)
    {
        _tryUntil = now + TryingFor;
        if (!_isResting) { return; }

        _isResting = false;
        RestartTargets(now);
        ScheduleRound(now);
    }

    private void Reject(HelloError error, Instant now)
    {
        HelloRejection rejection = error == HelloError.OtherVersion ? HelloRejection.OtherVersion : HelloRejection.BrokenSeal;
        if (RejectedAt is not null && Rejection == rejection) { return; }

        RejectedAt ??= now;
        Rejection = rejection;
        _news.Add(new MeetEvent { Kind = MeetEventKind.PeerRejected, Elapsed = _news.Elapsed(now), Rejection = rejection });
    }

    /// <summary>The peer has something new to say.</summary>
    private void Renew(bool isNewRound, IntroducedBy by, Instant now)
    {
        KeepTrying(now);
        _optimizeUntil = Later(_optimizeUntil, now + Optimizing);
        if (isNewRound) { TellOfPeer(now); }

        if (IsBehind(_round, _peer!.Hello.Round)) { JoinRound(_peer.Hello.Round, now); }
        else { RenewTargets(now, PrimingFor(by)); }

        SendDueProbes(now);
    }

    private TimeSpan PrimingFor(IntroducedBy by) => by == IntroducedBy.Answer || HasBegunRound ? TimeSpan.Zero : Priming;

    private void TellOfPeer(Instant now) => _news.Add(new MeetEvent
    {
        Kind = MeetEventKind.PeerFound,
        Elapsed = _news.Elapsed(now),
        Candidates = _targets.Count,
        Round = _peer!.Hello.Round,
    });

    /// <summary>Brings the targets in line with what the peer names and the servers see; those that are there go on as they are.</summary>
    private void RenewTargets(Instant now, TimeSpan priming)
    {
        RemoteParty peer = _peer!;
        _targets.Remove(target => target != _path && target.Kind != CandidateKind.PeerReflexive && !IsNamed(target.Route));
        AddNamed(peer.Hello.Candidates, isNear: true, priming, now);
        if (peer.V4 is { } v4) { AddSeen(v4, priming, now); }

        if (peer.V6 is { } v6) { AddSeen(v6, priming, now); }

        AddNamed(peer.Hello.Candidates, isNear: false, priming, now);
    }

    // The near ones first: they need no NAT.
    private void AddNamed(IReadOnlyList<Candidate> candidates, bool isNear, TimeSpan priming, Instant now)
    {
        foreach (Candidate candidate in candidates)
        {
            bool isTurn = _hosts.IsNear(candidate.Address.Host) == isNear;
            if (isTurn && CandidatePolicy.Allows(candidate.Address, _hosts)) { AddTarget(candidate, priming, now); }
        }
    }

    private void AddSeen(in RemoteParty.Sighting seen, TimeSpan priming, Instant now)
    {
        if (!CandidatePolicy.AllowsSeen(seen.Address, seen.Server, _hosts)) { return; }

        AddTarget(new Candidate(CandidateKind.ServerReflexive, seen.Address), priming, now);
    }

    private void AddTarget(in Candidate candidate, TimeSpan priming, Instant now)
    {
        TransportAddress remote = candidate.Address;
        bool isV6 = remote.Host.IsV6;
        bool isNear = _hosts.IsNear(remote.Host);
        if (!_sockets.Has(isV6) || IsSelf(remote) || (!isNear && IsAwaitingRound(isV6))) { return; }

        var route = new Route(_sockets.Current(isV6), remote);
        if (_targets.Find(route) is not null) { return; }

        // Linux shows its next destinations the port that an early packet moved one flow to, which looks like a mapping that depends on them.
        bool primes = !isNear && (OwnMapping != Dependence.Dependent || _roundsTried > 0);
        _targets.AddNamed(route, candidate.Kind, isNear)?.Begin(now, primes ? priming : TimeSpan.Zero, _round);
    }

    private bool IsSelf(in TransportAddress remote) =>
        _sockets.OwnsPort(remote.Port, remote.Host.IsV6) && _hosts.HasAddress(remote.Host);

    private bool IsNamed(in Route route)
    {
        RemoteParty peer = _peer!;
        TransportAddress remote = route.Remote;
        if (route.Local != _sockets.Current(remote.Host.IsV6)) { return false; }

        if (remote == peer.V4?.Address || remote == peer.V6?.Address) { return true; }

        foreach (Candidate candidate in peer.Hello.Candidates)
        {
            if (candidate.Address == remote) { return true; }
        }

        return false;
    }
}
