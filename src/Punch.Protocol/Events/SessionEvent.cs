using Punch.Protocol.Candidates;
using Punch.Protocol.Relay;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Events;

/// <summary>The kinds of <see cref="SessionEvent"/>.</summary>
public enum SessionEventKind
{
    /// <summary>A datagram was given to the driver for sending.</summary>
    Sent,

    /// <summary>A datagram came in.</summary>
    Received,

    /// <summary>A two-way path was proven, for the first time or again.</summary>
    Opened,

    /// <summary>The path moved to another proven address of the same peer.</summary>
    Moved,

    /// <summary>The open path has been silent too long. Every address is tried again while it stays open.</summary>
    Suspected,

    /// <summary>The path fell silent, or the peer said that it leaves; see <see cref="SessionEvent.SilentFor"/>.</summary>
    Closed,

    /// <summary>The peer said that all its data was sent. Data that it sent just before may still come.</summary>
    DataEnded,

    /// <summary>The streams have no path. They wait for one, and nothing of them is lost.</summary>
    StreamsSuspended,

    /// <summary>The streams have a path again, after <see cref="SessionEvent.SilentFor"/>.</summary>
    StreamsResumed,

    /// <summary>
    /// A server replied for the first time: <see cref="SessionEvent.Remote"/>. It sees this side at <see cref="SessionEvent.Mapped"/>.
    /// </summary>
    ServerAnswered,

    /// <summary>The server has this side in the room, and the peer is not there yet. At most once a session.</summary>
    Waiting,

    /// <summary>
    /// The peer is there: <see cref="SessionEvent.Candidates"/> of its addresses may be tried. Repeated with each of its rounds.
    /// </summary>
    PeerFound,

    /// <summary>An address of the peer is tried for the first time from this local port.</summary>
    Trying,

    /// <summary>A round begins: the fresh port <see cref="SessionEvent.Local"/> is used from now on.</summary>
    FreshPort,

    /// <summary>A server that replied before has stopped replying. The session keeps asking.</summary>
    ServerSilent,

    /// <summary>A server that was silent replies again.</summary>
    ServerBack,

    /// <summary>Something came in place of a server's first reply: <see cref="SessionEvent.Unusable"/>. Anyone can forge it.</summary>
    ServerUnusable,

    /// <summary>Large datagrams seem to be lost on the way to a server: it answers small ones. Once a server.</summary>
    ServerNarrow,

    /// <summary>A server refused: <see cref="SessionEvent.Code"/>.</summary>
    ServerRefused,

    /// <summary>A party in the room has an unusable hello: <see cref="SessionEvent.Rejection"/>.</summary>
    PeerRejected,

    /// <summary>The TURN server <see cref="SessionEvent.Remote"/> lends an address: <see cref="SessionEvent.Mapped"/>.</summary>
    TurnReady,

    /// <summary>
    /// A TURN server lends no address: <see cref="SessionEvent.Code"/>, which is 0 if it does not reply, and perhaps
    /// <see cref="SessionEvent.Reason"/>.
    /// </summary>
    TurnFailed,

    /// <summary>A TURN server does not relay to the host <see cref="SessionEvent.Mapped"/>.</summary>
    TurnForbidden,

    /// <summary>The server that relays sends a notice: <see cref="SessionEvent.Relay"/>.</summary>
    RelayNotice,

    /// <summary>The session is over. No event follows.</summary>
    Ended,
}

/// <summary>The kind of a datagram for the session.</summary>
public enum DatagramKind
{
    /// <summary>A peer message.</summary>
    Message,

    /// <summary>The empty datagram that opens a firewall.</summary>
    Punch,

    /// <summary>Anything else from the peer: text of the original program, for instance.</summary>
    Plain,

    /// <summary>A peer message of another version of the format. It proves as much as a plain datagram.</summary>
    OtherVersion,

    /// <summary>Data, if the session carries data.</summary>
    Data,

    /// <summary>A datagram from a host that was not named. It proves nothing.</summary>
    Stranger,
}

/// <summary>Why a hello is unusable.</summary>
public enum HelloRejection
{
    /// <summary>It is usable.</summary>
    None,

    /// <summary>It is of another version of this protocol.</summary>
    OtherVersion,

    /// <summary>Its seal does not fit: the sender does not know the code.</summary>
    BrokenSeal,
}

/// <summary>
/// An event of a session. It is one flat value, not a family of records: each datagram causes two events, and a flood must not allocate.
/// The bytes of a received datagram are the machine's <see cref="IProtocol{TEvent}.Payload"/> while its event is drained.
/// </summary>
public readonly record struct SessionEvent
{
    /// <summary>The kind of event.</summary>
    public required SessionEventKind Kind { get; init; }

    /// <summary>The time since the session's start.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The other end of the datagram, path or try; for events about a server, the server.</summary>
    public TransportAddress Remote { get; init; }

    /// <summary>The address of the local socket; for Sent, Opened, Moved, Closed, Trying and FreshPort.</summary>
    public TransportAddress Local { get; init; }

    /// <summary>This machine's address that the server sees; for ServerAnswered.</summary>
    public TransportAddress Mapped { get; init; }

    /// <summary>
    /// The TTL or hop limit of the datagram, 0 for the system's default; for Sent and Trying. A low one only opens the local NAT.
    /// </summary>
    public byte HopLimit { get; init; }

    /// <summary>The kind of the datagram; for Sent and Received.</summary>
    public DatagramKind Datagram { get; init; }

    /// <summary>Bytes of payload; for Sent and Received.</summary>
    public int Bytes { get; init; }

    /// <summary>The message's sequence number; for Sent and Received messages.</summary>
    public uint? Sequence { get; init; }

    /// <summary>Whether a received message names something that only this side sent. No forged message can. For Received.</summary>
    public bool IsProof { get; init; }

    /// <summary>The measured round trip; null if none was measured.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Whether no candidate names the proven address, because the peer's NAT moved the port. For Opened and Moved.</summary>
    public bool IsMoved { get; init; }

    /// <summary>If <see cref="IsMoved"/>: the one port that was named for that host; 0 for several or none.</summary>
    public ushort NamedPort { get; init; }

    /// <summary>Whether a server relays the path; <see cref="Remote"/> is the server then. For Opened and Moved.</summary>
    public bool IsRelayed { get; init; }

    /// <summary>Whether the path opened in a clock slot, on ports above the base ports. For Opened and Moved.</summary>
    public bool IsSlot { get; init; }

    /// <summary>Whether a path was open before in this session; for Opened.</summary>
    public bool IsReopened { get; init; }

    /// <summary>How long the path had been silent; zero if the peer said that it leaves. For Closed. How long
    /// streams had no path; for StreamsResumed.</summary>
    public TimeSpan SilentFor { get; init; }

    /// <summary>How the peer learned the address; for Trying.</summary>
    public CandidateKind CandidateKind { get; init; }

    /// <summary>The number of the peer's addresses that may be tried; for PeerFound.</summary>
    public int Candidates { get; init; }

    /// <summary>
    /// The round, from 0; each later one uses fresh ports. For PeerFound (the peer's), Trying and FreshPort (this side's).
    /// </summary>
    public int Round { get; init; }

    /// <summary>The error code; for ServerRefused and TurnFailed.</summary>
    public StunErrorCode Code { get; init; }

    /// <summary>What was wrong with a stream, in words for a user; for TurnFailed. Null if nothing was.</summary>
    public string? Reason { get; init; }

    /// <summary>What came; for ServerUnusable.</summary>
    public UnusableReply? Unusable { get; init; }

    /// <summary>What the server says of the relay; for RelayNotice.</summary>
    public RelayEvent Relay { get; init; }

    /// <summary>What is wrong with the hello; for PeerRejected.</summary>
    public HelloRejection Rejection { get; init; }

    /// <summary>One short line, for transcripts.</summary>
    public override string ToString() => Kind switch
    {
        SessionEventKind.ServerNarrow => $"{Kind} {Remote}",
        SessionEventKind.ServerAnswered or SessionEventKind.ServerBack or SessionEventKind.ServerSilent => $"{Kind} {Remote} sees {Mapped}",
        SessionEventKind.ServerRefused => $"{Kind} {Remote} {Code}",
        SessionEventKind.ServerUnusable => $"{Kind} {Remote} {Unusable?.Kind}",
        SessionEventKind.PeerFound => $"{Kind} round {Round}, {Candidates} candidates",
        SessionEventKind.Trying => $"{Kind} {CandidateKind} {Remote} from {Local}, hop limit {HopLimit}",
        SessionEventKind.FreshPort => $"{Kind} {Local}, round {Round}",
        SessionEventKind.PeerRejected => $"{Kind} {Rejection}",
        SessionEventKind.RelayNotice => $"{Kind} {Remote} {Relay}",
        SessionEventKind.Waiting or SessionEventKind.Ended or SessionEventKind.StreamsSuspended => $"{Kind}",
        SessionEventKind.StreamsResumed => $"{Kind} after {SilentFor}",
        _ => $"{Kind} {Remote} on {Local} {Datagram} seq {Sequence} {RoundTrip}",
    };
}
