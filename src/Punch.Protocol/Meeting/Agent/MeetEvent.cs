using Punch.Protocol.Peer;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Meeting.Agent;

/// <summary>The kinds of <see cref="MeetEvent"/>.</summary>
public enum MeetEventKind
{
    /// <summary><see cref="MeetEvent.Server"/> answered for the first time; it sees us as <see cref="MeetEvent.Mapped"/>.</summary>
    ServerAnswered,

    /// <summary>The server knows us, and the other side is not there yet. Told once.</summary>
    Waiting,

    /// <summary>
    /// The other side is there: <see cref="MeetEvent.Candidates"/> of its addresses may be tried. Again with each of its rounds.
    /// </summary>
    PeerFound,

    /// <summary>An address of the peer is tried: <see cref="MeetEvent.Remote"/> from <see cref="MeetEvent.Local"/>.</summary>
    Trying,

    /// <summary>The fresh port <see cref="MeetEvent.Local"/> is used from now on: a round begins.</summary>
    FreshPort,

    /// <summary>A server that answered before has stopped to; it is asked on.</summary>
    ServerSilent,

    /// <summary>A server that was silent answers again.</summary>
    ServerBack,

    /// <summary>A server refused: <see cref="MeetEvent.Code"/>.</summary>
    ServerRefused,

    /// <summary>Somebody is in the room whose hello can't be used: <see cref="MeetEvent.Rejection"/>.</summary>
    PeerRejected,

    /// <summary>The path is silent longer than it should be; everything is tried again while it stays open.</summary>
    PathSuspected,

    /// <summary>News of the session over the path: <see cref="MeetEvent.Peer"/>. Opened, moved and closed come in this form, too.</summary>
    Peer,

    /// <summary>It is over; nothing follows. <see cref="MeetSession.Outcome"/> says why.</summary>
    Ended,
}

/// <summary>Why a hello can't be used.</summary>
public enum HelloRejection
{
    /// <summary>It can be.</summary>
    None,

    /// <summary>It is of another version of this protocol.</summary>
    OtherVersion,

    /// <summary>Its seal does not fit: whoever wrote it does not know the code.</summary>
    BrokenSeal,
}

/// <summary>
/// News from a <see cref="MeetSession"/>: one flat value, as <see cref="PeerEvent"/> is, since two are born with every payload.
/// </summary>
public readonly record struct MeetEvent
{
    /// <summary>Which news this is.</summary>
    public required MeetEventKind Kind { get; init; }

    /// <summary>Time since the session's start.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>News of the session over the path; for <see cref="MeetEventKind.Peer"/>.</summary>
    public PeerEvent Peer { get; init; }

    /// <summary>Which server; for the news about one.</summary>
    public TransportAddress Server { get; init; }

    /// <summary>The own address as the server sees it; for ServerAnswered.</summary>
    public TransportAddress Mapped { get; init; }

    /// <summary>The peer's address; for Trying.</summary>
    public TransportAddress Remote { get; init; }

    /// <summary>How the peer came by the address; for Trying.</summary>
    public CandidateKind CandidateKind { get; init; }

    /// <summary>The own socket; for Trying and FreshPort.</summary>
    public TransportAddress Local { get; init; }

    /// <summary>How many addresses of the peer may be tried; for PeerFound.</summary>
    public int Candidates { get; init; }

    /// <summary>The round, from 0; each later one uses fresh ports. For PeerFound (the peer's) and FreshPort (ours).</summary>
    public int Round { get; init; }

    /// <summary>The hop limit of the first probe to the address, 0 for the system's own; for Trying.</summary>
    public byte HopLimit { get; init; }

    /// <summary>The error code; for ServerRefused.</summary>
    public StunErrorCode Code { get; init; }

    /// <summary>What is wrong with the hello; for PeerRejected.</summary>
    public HelloRejection Rejection { get; init; }

    /// <summary>One short line, for transcripts.</summary>
    public override string ToString() => Kind switch
    {
        MeetEventKind.Peer => $"{Peer.Kind} {Peer.Remote} on {Peer.Local} {Peer.Datagram} seq {Peer.Sequence} {Peer.RoundTrip}",
        MeetEventKind.ServerAnswered or MeetEventKind.ServerBack or MeetEventKind.ServerSilent => $"{Kind} {Server} sees {Mapped}",
        MeetEventKind.ServerRefused => $"{Kind} {Server} {Code}",
        MeetEventKind.PeerFound => $"{Kind} round {Round}, {Candidates} candidates",
        MeetEventKind.Trying => $"{Kind} {CandidateKind} {Remote} from {Local}, hop limit {HopLimit}",
        MeetEventKind.FreshPort => $"{Kind} {Local}, round {Round}",
        MeetEventKind.PeerRejected => $"{Kind} {Rejection}",
        _ => $"{Kind}",
    };
}
