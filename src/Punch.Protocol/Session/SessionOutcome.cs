using Punch.Protocol.Candidates.Tcp;
using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Session;

/// <summary>How a meeting ended, or stands while it runs.</summary>
public enum SessionResult
{
    /// <summary>It runs, and nothing is decided.</summary>
    Undecided,

    /// <summary>A two-way path was proven.</summary>
    Proven,

    /// <summary>The server knew us, and nobody else came.</summary>
    NobodyCame,

    /// <summary>No server answered.</summary>
    ServerSilent,

    /// <summary>Every server that answered refused: <see cref="SessionOutcome.Refusal"/>.</summary>
    ServerRefused,

    /// <summary>The only party that came has an unusable hello: <see cref="SessionOutcome.Rejection"/>.</summary>
    PeerRejected,

    /// <summary>The peer was there, and no path to it could be opened.</summary>
    NoPath,
}

/// <summary>What came of a way to a server.</summary>
/// <param name="Address">The far end: the server, or a proxy.</param>
/// <param name="Reason">What was wrong, in words for a user; null if the server was asked there, and perhaps did not answer.</param>
public readonly record struct WayOutcome(TransportAddress Address, string? Reason);

/// <summary>Why a meeting ended as it did, with what is known of both networks.</summary>
public sealed record SessionOutcome
{
    /// <summary>How it ended.</summary>
    public required SessionResult Result { get; init; }

    /// <summary>The code of the last refusal by a server; null when none refused.</summary>
    public StunErrorCode? Refusal { get; init; }

    /// <summary>What came in place of the first reply of a server that never replied; null for nothing.</summary>
    public UnusableReply? Unusable { get; init; }

    /// <summary>What was wrong with the last hello that could not be used.</summary>
    public HelloRejection Rejection { get; init; }

    /// <summary>What is known of this side's NAT.</summary>
    public HelloTraits Own { get; init; }

    /// <summary>What the peer told of its NAT.</summary>
    public HelloTraits Peer { get; init; }

    /// <summary>The own address as a server saw it last; null when none did.</summary>
    public TransportAddress? Mapped { get; init; }

    /// <summary>Where a server sees the peer; null when none told.</summary>
    public TransportAddress? PeerMapped { get; init; }

    /// <summary>How often fresh ports were tried.</summary>
    public int Rounds { get; init; }

    /// <summary>Addresses of the peer that were tried.</summary>
    public int Tried { get; init; }

    /// <summary>What the attempts to open a TCP stream came to; null where none were made.</summary>
    public DialCounts? Dials { get; init; }

    /// <summary>Addresses of the peer that are known and were not tried: they are private, or of a family that is not in use.</summary>
    public IReadOnlyList<TransportAddress> Untried { get; init; } = [];

    /// <summary>Whether no server tells of the peer any more, which was never heard.</summary>
    public bool IsPeerGone { get; init; }

    /// <summary>Whether large datagrams seem to be lost on the way to a server.</summary>
    public bool LosesLarge { get; init; }

    /// <summary>Whether a server would have relayed between the two.</summary>
    public bool HasRelay { get; init; }

    /// <summary>Why the server would not relay; null when it did not say.</summary>
    public StunErrorCode? RelayRefusal { get; init; }

    /// <summary>Why the TURN server of this side lends no address, 0 if it does not reply; null while nothing is wrong.</summary>
    public StunErrorCode? TurnRefusal { get; init; }

    /// <summary>Whether the peer can use a relay.</summary>
    public bool PeerRelays { get; init; }

    /// <summary>What came of the further ways to the server that were tried, in the order of trying.</summary>
    public IReadOnlyList<WayOutcome> Ways { get; init; } = [];

    /// <summary>Whether authenticated datagrams of the peer arrived: its direction works, ours does not.</summary>
    public bool HasHeard { get; init; }
}
