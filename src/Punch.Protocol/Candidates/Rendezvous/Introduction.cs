using Punch.Protocol.Events;

namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>What an introduction changed.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="By">How it was learned of.</param>
internal readonly record struct Introduction(IntroductionKind Kind, IntroductionSource By)
{
    /// <summary>Whether the peer said or showed something new; for Updated.</summary>
    public bool IsChanged { get; init; }

    /// <summary>Whether its hello names another round than before; for Updated.</summary>
    public bool IsNewRound { get; init; }

    /// <summary>Whether this side took a new key for it, which its own hello must name; for Adopted.</summary>
    public bool IsOwnKeyNew { get; init; }

    /// <summary>Whether the party was not told of before; for Adopted.</summary>
    public bool IsNewParty { get; init; }

    /// <summary>Whether something showed lately that the peer is there, besides the server's word; for Updated.</summary>
    public bool IsWorthTrying { get; init; }

    /// <summary>Why the hello is unusable; for Rejected.</summary>
    public HelloRejection Rejection { get; init; }
}

/// <summary>The kinds of <see cref="Introduction"/>.</summary>
internal enum IntroductionKind
{
    /// <summary>A party became the peer, or the peer began anew with another key. Nothing is left of a session before.</summary>
    Adopted,

    /// <summary>The peer was introduced again.</summary>
    Updated,

    /// <summary>A hello is unusable.</summary>
    Rejected,

    /// <summary>The peer was never heard, and its server does not tell of it any more.</summary>
    Gone,

    /// <summary>No server tells of an unusable hello any more.</summary>
    Withdrawn,
}
