using Punch.Protocol.Frames;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>
/// What shows that a peer is there, and not only that a server has a hello of one: a party that was never told of, a newer hello of one
/// that was, or a frame. A server can say everything else for ever, so nobody is probed for long because of it.
/// </summary>
internal sealed class PeerSigns
{
    /// <summary>How many parties are remembered between two frames. When there are more, none counts as new any more.</summary>
    public const int Capacity = 16;

    /// <summary>How long a party that was never heard is worth trying after its last sign.</summary>
    internal static readonly TimeSpan UnheardFor = TimeSpan.FromMinutes(2);

    /// <summary>How long a peer that was heard is: its network may be down for a while.</summary>
    internal static readonly TimeSpan HeardFor = TimeSpan.FromHours(1);

    private readonly Dictionary<PartyId, uint> _revisions = new(Capacity);
    private Instant? _signAt;
    private Instant? _heardAt;

    /// <summary>A frame of the peer was heard at this time; null for none so far.</summary>
    public void NoteHeard(Instant? heardAt)
    {
        if (heardAt is null || heardAt == _heardAt) { return; }

        _heardAt = heardAt;
        _revisions.Clear();
    }

    /// <summary>A hello of a party was opened.</summary>
    public PeerSign NoteHello(PartyId party, uint revision, Instant now)
    {
        bool isKnown = _revisions.TryGetValue(party, out uint known);
        if (isKnown ? revision <= known : _revisions.Count == Capacity) { return PeerSign.None; }

        _revisions[party] = revision;
        _signAt = now;
        return isKnown ? PeerSign.NewerHello : PeerSign.NewParty;
    }

    /// <summary>Whether the last sign is so fresh that it is worth trying to reach a peer.</summary>
    public bool IsWorthTrying(Instant now) => now - _signAt < UnheardFor || now - _heardAt < HeardFor;
}

/// <summary>What a hello shows.</summary>
internal enum PeerSign
{
    /// <summary>Nothing that was not known.</summary>
    None,

    /// <summary>A known party has something new to say.</summary>
    NewerHello,

    /// <summary>A party that was not told of before.</summary>
    NewParty,
}
