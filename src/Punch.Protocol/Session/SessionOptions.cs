using Punch.Protocol.Channels;
using Punch.Protocol.Frames;
using Punch.Protocol.Streams;
using Punch.Protocol.Stun;
using Punch.Protocol.Turn;

namespace Punch.Protocol.Session;

/// <summary>What a <see cref="PeerSession"/> needs to know before it begins.</summary>
public sealed record SessionOptions
{
    /// <summary>The largest datagram IPv4 carries: 65,535 - 20 (IP) - 8 (UDP).</summary>
    public const int MaxSize = 65_507;

    /// <summary>Whom to reach, and how.</summary>
    public required SessionTarget Target { get; init; }

    /// <summary>The bound address of each socket, one of each family that is to be tried.</summary>
    public required IReadOnlyList<TransportAddress> Locals { get; init; }

    /// <summary>This session's id in messages: 64 bits from a secure source, since a peer that echoes it is believed.</summary>
    public required ulong Id { get; init; }

    /// <summary>Seed of the random waits.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The local time at the session's start: for the text the original program prints, for slots, and for the day.</summary>
    public required DateTimeOffset WallClock { get; init; }

    /// <summary>Stop after this many answered messages; null never.</summary>
    public long? Count { get; init; }

    /// <summary>Stop this long after the start at the latest; null never.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The longest random wait between messages; zero floods: each message is answered by the next.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Pads every message to this many bytes; 0 leaves the usual length.</summary>
    public int Size { get; init; }

    /// <summary>
    /// The largest datagram that streams may send, in bytes of UDP payload, 1,232 to <see cref="MaxSize"/>. What the path carries is found
    /// below it.
    /// </summary>
    public int MaxDatagram { get; init; } = MaxSize;

    /// <summary>What the path is for.</summary>
    public PathUse Use { get; init; }

    /// <summary>What the streams are for: with <see cref="PathUse.Streams"/>, and only then.</summary>
    public StreamUse Streams { get; init; }

    /// <summary>Whether datagrams that prove only the inbound direction are enough.</summary>
    public Requirement Requirement { get; init; } = Requirement.TwoWay;
}

/// <summary>Whom a session reaches, and how it learns the peer's addresses.</summary>
public abstract record SessionTarget
{
    private SessionTarget()
    {
    }

    /// <summary>A peer whose address is known: plain text on the wire, as the original program's.</summary>
    public sealed record NamedHost : SessionTarget
    {
        /// <summary>The most addresses of the peer that are tried.</summary>
        public const int MaxRemotes = 16;

        /// <summary>The addresses the peer is known by, 1 to <see cref="MaxRemotes"/>, the preferred one first.</summary>
        public required IReadOnlyList<TransportAddress> Remotes { get; init; }

        /// <summary>
        /// Whether to meet in slots read off the wall clock, too, for routers that hold early packets against a peer: for the first IPv4
        /// remote, on ports above the base port. The driver opens their sockets as they come. Not wanted within one subnet.
        /// </summary>
        public bool UsesClockSlots { get; init; } = true;
    }

    /// <summary>
    /// A peer that shares a code and whose address is known, or that knows the address of this side: sealed frames on the wire, and no
    /// server.
    /// </summary>
    public sealed record SealedHost : SessionTarget
    {
        /// <summary>What both sides share.</summary>
        public required MeetingCode Code { get; init; }

        /// <summary>
        /// The addresses the peer is known by, up to <see cref="NamedHost.MaxRemotes"/>; none to wait for a peer that knows ours.
        /// </summary>
        public required IReadOnlyList<TransportAddress> Remotes { get; init; }

        /// <summary>This machine's addresses, loopback left out.</summary>
        public IReadOnlyList<LocalAddress> Hosts { get; init; } = [];

        /// <summary>Whether private addresses of the peer are tried wherever they are.</summary>
        public bool TriesPrivate { get; init; }

        /// <summary>As in <see cref="NamedHost.UsesClockSlots"/>.</summary>
        public bool UsesClockSlots { get; init; } = true;

        /// <summary>This process's name: 16 random bytes, new with each.</summary>
        public required PartyId Party { get; init; }

        /// <summary>As in <see cref="Meeting.Scalar"/>: 32 bytes from a secure source, which the session wipes.</summary>
        public required byte[] Scalar { get; init; }
    }

    /// <summary>A peer that shares a code and joins the same room on a server: sealed frames on the wire.</summary>
    public sealed record Meeting : SessionTarget
    {
        /// <summary>How long both sides try, unless told otherwise.</summary>
        public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

        /// <summary>What both sides share.</summary>
        public required MeetingCode Code { get; init; }

        /// <summary>
        /// Where the server is over UDP, the preferred addresses first. Of each family the first is asked, the next when those before are
        /// silent. Empty where UDP is not wanted.
        /// </summary>
        public required IReadOnlyList<TransportAddress> Servers { get; init; }

        /// <summary>
        /// Further ways to the server, which are tried one after the other while it does not answer: UDP on another port, and streams. The
        /// far end of a stream may be a proxy. Neighbours of one transport and port begin together.
        /// </summary>
        public IReadOnlyList<TransportAddress> Ways { get; init; } = [];

        /// <summary>The one of <see cref="Ways"/> that worked in this network before, which is tried at once; null for none.</summary>
        public TransportAddress? KnownWay { get; init; }

        /// <summary>
        /// The local TCP addresses that listen and that streams to the peer come from, one of each family; empty where TCP is not used.
        /// </summary>
        public IReadOnlyList<TransportAddress> Streams { get; init; } = [];

        /// <summary>This machine's addresses, loopback left out.</summary>
        public IReadOnlyList<LocalAddress> Hosts { get; init; } = [];

        /// <summary>Whether private addresses of the peer are tried wherever they are.</summary>
        public bool TriesPrivate { get; init; }

        /// <summary>This process's name: 16 random bytes, new with each.</summary>
        public required PartyId Party { get; init; }

        /// <summary>
        /// 32 bytes from a secure source: the private key of this process, and the seed of what others must not guess.
        /// The session wipes it.
        /// </summary>
        public required byte[] Scalar { get; init; }

        /// <summary>The TURN server of this side; null for none.</summary>
        public TurnServer? Turn { get; init; }

        /// <summary>The password of the servers; null for none.</summary>
        public ServerPassword? Password { get; init; }

        /// <summary>Whether a relay may carry the path.</summary>
        public RelayPermission Relay { get; init; }

        /// <summary>How long to try from the moment that both sides are there; null without limit.</summary>
        public TimeSpan? Patience { get; init; } = DefaultPatience;
    }
}

/// <summary>What must be shown before the session counts as a success.</summary>
public enum Requirement
{
    /// <summary>Proof that datagrams flow in both directions.</summary>
    TwoWay,

    /// <summary>Any datagram from the peer's host.</summary>
    OneWay,
}

/// <summary>What a session has shown so far.</summary>
public enum Verdict
{
    /// <summary>Nothing came from the peer.</summary>
    Nothing,

    /// <summary>Datagrams came from the peer, none with proof that ours arrive there.</summary>
    OneWay,

    /// <summary>The peer proved that both directions work.</summary>
    TwoWay,
}
