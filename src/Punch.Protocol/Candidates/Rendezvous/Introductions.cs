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
    private readonly Queue<Introduction> _introductions = new();

    // A forger of the server's address costs a key derivation for each notice: a hundredth of a processor's time at most. What is not
    // tried for that comes again in a reply, which nobody can forge who does not see the request.
    private TokenBucket _strangers = new(burst: StrangersAtOnce, perSecond: StrangersAtOnce);
    private bool _hasPeerLeft;

    /// <summary>The peer; null before the first introduction.</summary>
    public RemoteParty? Peer { get; private set; }

    /// <summary>
    /// Whether another party may take the place of the peer: an old hello of a peer that is gone must not push out one that is heard.
    /// </summary>
    public bool MayReplacePeer { get; set; } = true;

    /// <summary>Takes the next change; false when there is none.</summary>
    public bool TryTake(out Introduction introduction) => _introductions.TryDequeue(out introduction);

    /// <summary>The peer said that it leaves; it does not come back under its name.</summary>
    public void Part() => _hasPeerLeft = true;

    /// <summary>Takes in what a server tells of another party.</summary>
    public void Introduce(in PeerEntry entry, TransportAddress server, IntroductionSource by, Instant now)
    {
        if (entry.IsEmpty) { return; }

        var id = PartyId.FromBytes(entry.Party);
        if (id == party) { return; }

        if (Peer is { } peer && peer.Id == id)
        {
            if (!_hasPeerLeft) { Update(peer, entry, server, by, now); }
        }
        else if (MayReplacePeer || _hasPeerLeft)
        {
            Adopt(entry, server, by, now);
        }
    }

    public void Dispose() => Peer?.Dispose();

    private void Update(RemoteParty peer, in PeerEntry entry, TransportAddress server, IntroductionSource by, Instant now)
    {
        byte round = peer.Hello.Round;
        bool isNewHello = peer.TryUpdate(entry);
        bool isElsewhere = peer.TrySee(entry, server);
        SessionMaking? made = peer.IsSessionCurrent ? null : _sessions.TryBegin(peer, now);
        if (made is SessionMaking.Begun or SessionMaking.BegunWithNewKey)
        {
            // The peer itself took another key, so it knows nothing of the session before.
            NoteAdopted(made == SessionMaking.BegunWithNewKey, by);
            return;
        }

        _introductions.Enqueue(new Introduction(IntroductionKind.Updated, by)
        {
            IsChanged = isNewHello || isElsewhere,
            IsNewRound = round != peer.Hello.Round,
        });
    }

    private void Adopt(in PeerEntry entry, TransportAddress server, IntroductionSource by, Instant now)
    {
        if (by == IntroductionSource.Notice && !_strangers.TrySpend(now)) { return; }

        HelloError error = RemoteParty.TryCreate(keys, party, entry, out RemoteParty? adopted);
        SessionMaking made = adopted is null ? SessionMaking.NoKey : _sessions.TryBegin(adopted, now);
        if (made is SessionMaking.NoKey or SessionMaking.TooSoon)
        {
            adopted?.Dispose();

            // A notice can be forged, so only a reply of the server says that a party is there whose hello is unusable.
            if (made == SessionMaking.NoKey && by == IntroductionSource.Reply) { Reject(error, by); }

            return;
        }

        Peer?.Dispose();
        Peer = adopted;
        _hasPeerLeft = false;
        adopted!.TrySee(entry, server);
        NoteAdopted(made == SessionMaking.BegunWithNewKey, by);
    }

    private void NoteAdopted(bool isOwnKeyNew, IntroductionSource by) =>
        _introductions.Enqueue(new Introduction(IntroductionKind.Adopted, by) { IsOwnKeyNew = isOwnKeyNew });

    private void Reject(HelloError error, IntroductionSource by) => _introductions.Enqueue(new Introduction(IntroductionKind.Rejected, by)
    {
        Rejection = error == HelloError.OtherVersion ? HelloRejection.OtherVersion : HelloRejection.BrokenSeal,
    });
}
