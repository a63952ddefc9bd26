using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Rendezvous;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>Decides which party of the room is the peer, from the hellos that servers hand over. A server can hand over anything.</summary>
internal sealed class Introductions(MeetingKeys keys, OwnKeys mine, PartyId party) : IDisposable
{
    /// <summary>How many hellos of unknown parties are tried at once, and each second, that come by notices.</summary>
    internal const int StrangersAtOnce = 1000;

    private readonly SessionMaker _sessions = new(keys, mine, party);
    private readonly PeerSigns _signs = new();
    private readonly Queue<Introduction> _introductions = new();

    // Those that were asked, and tell of a party whose hello is unusable.
    private readonly HashSet<TransportAddress> _rejecting = [];

    // A forger of the server's address costs a key derivation for each notice: a hundredth of a processor's time at most. What is not
    // tried for that comes again in a reply, which nobody can forge who does not see the request.
    private TokenBucket _strangers = new(burst: StrangersAtOnce, perSecond: StrangersAtOnce);
    private bool _hasPeerLeft;
    private TransportAddress _toldBy; // the last server that told of the peer

    /// <summary>The peer; null before the first introduction.</summary>
    public RemoteParty? Peer { get; private set; }

    /// <summary>
    /// Whether another party may take the place of the peer: an old hello of a peer that is gone must not push out one that is heard.
    /// </summary>
    public bool MayReplacePeer { get; set; } = true;

    /// <summary>Whether a peer that its server tells of no more is gone: it was never heard.</summary>
    public bool MayPeerBeGone { get; set; }

    /// <summary>Whether somebody was introduced who could not take the place of the peer.</summary>
    public bool IsPeerContested { get; set; }

    /// <summary>Takes the next change; false when there is none.</summary>
    public bool TryTake(out Introduction introduction) => _introductions.TryDequeue(out introduction);

    /// <summary>The peer said that it leaves; it does not come back under its name.</summary>
    public void Part() => _hasPeerLeft = true;

    /// <summary>A frame of the peer was heard at this time; null for none so far.</summary>
    public void NoteHeard(Instant? heardAt) => _signs.NoteHeard(heardAt);

    /// <summary>Takes in what a server tells of another party, or that it tells of none.</summary>
    public void Introduce(in PeerEntry entry, TransportAddress server, IntroductionSource by, Instant now)
    {
        HelloRejection? rejection = TakeIn(entry, server, by, now);

        // A notice can be forged, so only a reply of the server says that a party is there whose hello is unusable, or that it is gone.
        if (by != IntroductionSource.Reply) { return; }

        if (rejection is { } why)
        {
            _rejecting.Add(server);
            _introductions.Enqueue(new Introduction(IntroductionKind.Rejected, by) { Rejection = why });
        }
        else if (_rejecting.Remove(server) && _rejecting.Count == 0)
        {
            _introductions.Enqueue(new Introduction(IntroductionKind.Withdrawn, by));
        }
    }

    /// <summary>
    /// The server that told of the peer says that nobody else is in the room. Returns whether a peer that was never heard is gone by that.
    /// </summary>
    public bool TryNoteGone(TransportAddress server)
    {
        if (Peer is null || !MayPeerBeGone || server != _toldBy) { return false; }

        _toldBy = default;
        _introductions.Enqueue(new Introduction(IntroductionKind.Gone, IntroductionSource.Reply));
        return true;
    }

    public void Dispose() => Peer?.Dispose();

    private HelloRejection? TakeIn(in PeerEntry entry, TransportAddress server, IntroductionSource by, Instant now)
    {
        if (entry.IsEmpty) { return null; }

        var id = PartyId.FromBytes(entry.Party);
        if (id == party) { return null; }

        if (Peer is { } peer && peer.Id == id)
        {
            _toldBy = server;
            if (!_hasPeerLeft) { Update(peer, entry, server, by, now); }

            return null;
        }

        if (MayReplacePeer || _hasPeerLeft) { return Adopt(entry, server, by, now); }

        IsPeerContested = true;
        return null;
    }

    private void Update(RemoteParty peer, in PeerEntry entry, TransportAddress server, IntroductionSource by, Instant now)
    {
        byte round = peer.Hello.Round;
        bool isNewHello = peer.TryUpdate(entry);
        bool isElsewhere = peer.TrySee(entry, server);
        if (isNewHello) { _signs.NoteHello(peer.Id, peer.Revision, now); }

        SessionMaking? made = peer.IsSessionCurrent ? null : _sessions.TryBegin(peer, now);
        if (made is SessionMaking.Begun or SessionMaking.BegunWithNewKey)
        {
            // The peer itself took another key, so it knows nothing of the session before.
            NoteAdopted(PeerSign.NewerHello, made == SessionMaking.BegunWithNewKey, by);
            return;
        }

        _introductions.Enqueue(new Introduction(IntroductionKind.Updated, by)
        {
            IsChanged = isNewHello || isElsewhere,
            IsNewRound = round != peer.Hello.Round,
            IsWorthTrying = _signs.IsWorthTrying(now),
        });
    }

    private HelloRejection? Adopt(in PeerEntry entry, TransportAddress server, IntroductionSource by, Instant now)
    {
        if (by == IntroductionSource.Notice && !_strangers.TrySpend(now)) { return null; }

        HelloError error = RemoteParty.TryCreate(keys, party, entry, out RemoteParty? adopted);
        if (adopted is null) { return error == HelloError.OtherVersion ? HelloRejection.OtherVersion : HelloRejection.BrokenSeal; }

        PeerSign sign = _signs.NoteHello(adopted.Id, adopted.Revision, now);
        bool isWanted = sign != PeerSign.None || _signs.IsWorthTrying(now);
        SessionMaking made = isWanted ? _sessions.TryBegin(adopted, now) : SessionMaking.TooSoon;
        if (made is SessionMaking.NoKey or SessionMaking.TooSoon)
        {
            adopted.Dispose();
            return made == SessionMaking.NoKey ? HelloRejection.BrokenSeal : null;
        }

        Peer?.Dispose();
        Peer = adopted;
        _toldBy = server;
        _hasPeerLeft = false;
        adopted.TrySee(entry, server);
        NoteAdopted(sign, made == SessionMaking.BegunWithNewKey, by);
        return null;
    }

    private void NoteAdopted(PeerSign sign, bool isOwnKeyNew, IntroductionSource by) =>
        _introductions.Enqueue(new Introduction(IntroductionKind.Adopted, by)
        {
            IsNewParty = sign == PeerSign.NewParty,
            IsOwnKeyNew = isOwnKeyNew,
        });
}
