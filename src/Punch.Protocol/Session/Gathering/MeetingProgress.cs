using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Events;
using Punch.Protocol.Paths;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Session.Gathering;

/// <summary>How far a meeting has come: what its patience and its outcome follow from.</summary>
internal sealed class MeetingProgress
{
    private readonly HashSet<TransportAddress> _mapped = [];
    private readonly HashSet<HelloRejection> _reported = [];
    private Instant? _introducedAt;
    private Instant? _rejectedAt;
    private Instant? _adoptedAt;

    /// <summary>How many mapped addresses are remembered: a server may name others without end.</summary>
    private const int MaxMapped = 64;

    /// <summary>What was wrong with the last hello that was unusable.</summary>
    public HelloRejection Rejection { get; private set; }

    /// <summary>When the trying ends, unless a path opens.</summary>
    public Instant? NextEnd(TimeSpan? patience) => patience is { } time && !IsPeerGone ? (_introducedAt ?? _rejectedAt) + time : null;

    /// <summary>Whether a server tells of a party whose hello is unusable, and no peer is there.</summary>
    public bool IsRejected => _introducedAt is null && _rejectedAt is not null;

    /// <summary>A peer was introduced. The patience begins anew only for a party that was not told of before.</summary>
    public void NotePeer(bool isNewParty, Instant now)
    {
        _introducedAt = isNewParty || IsPeerGone ? now : _introducedAt ?? now;
        IsPeerGone = false;
        _adoptedAt = now;
    }

    /// <summary>Whether the present peer was ever heard, if a peer was last heard at this time.</summary>
    public bool IsPeerHeard(Instant? heardAt) => heardAt >= _adoptedAt;

    /// <summary>Whether no server tells of the peer any more, and it was never heard: it may have been a process that was killed.</summary>
    public bool IsPeerGone { get; private set; }

    /// <summary>The peer is gone. Another one is waited for as if nobody had been there.</summary>
    public void NotePeerGone() => IsPeerGone = true;

    /// <summary>A server tells of the peer.</summary>
    public void NotePeerBack(Instant now)
    {
        if (!IsPeerGone) { return; }

        IsPeerGone = false;
        _introducedAt = now;
    }

    /// <summary>A hello is unusable, while there is no peer. Returns whether that was not reported.</summary>
    public bool NoteRejection(HelloRejection rejection, Instant now)
    {
        _rejectedAt ??= now;
        Rejection = rejection;
        return _reported.Add(rejection);
    }

    /// <summary>The unusable hello is gone. Anybody can have put it there, so the peer is waited for as before.</summary>
    public void WithdrawRejection() => _rejectedAt = null;

    /// <summary>Whether a server sees this side at an address that it was not seen at before.</summary>
    public bool NoteMapped(RendezvousSource source)
    {
        bool isNew = false;
        foreach (RendezvousClient client in source.Clients)
        {
            isNew |= client.Mapped is { } mapped && _mapped.Count < MaxMapped && _mapped.Add(mapped);
        }

        return isNew;
    }

    /// <param name="finder">Finds the path.</param>
    /// <param name="source">Knows the servers; null without a server.</param>
    public SessionResult Judge(PathFinder finder, RendezvousSource? source)
    {
        if (finder.Opens > 0) { return SessionResult.Proven; }

        if (_introducedAt is not null) { return SessionResult.NoPath; }

        if (_rejectedAt is not null) { return SessionResult.PeerRejected; }

        if (source is null) { return SessionResult.NobodyCame; }

        if (LastRefusal(source) is not null) { return SessionResult.ServerRefused; }

        return source.HasAnyReply() ? SessionResult.NobodyCame : SessionResult.ServerSilent;
    }

    public static StunErrorCode? LastRefusal(RendezvousSource source) =>
        source.Clients.Select(client => client.Refusal ?? client.LastRefusal).FirstOrDefault(refusal => refusal is not null);

    /// <summary>What came from a server that never replied, an error first.</summary>
    public static UnusableReply? WorstReply(RendezvousSource source) => source.Clients.Where(client => !client.HasAnswered)
        .Select(client => client.Unusable).OfType<UnusableReply>().OrderBy(reply => reply.Kind).FirstOrDefault();

    public static TransportAddress? FirstMapped(RendezvousSource source) =>
        source.Clients.Select(client => client.Mapped).FirstOrDefault(mapped => mapped is not null);
}
