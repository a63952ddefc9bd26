namespace Punch.Protocol.Peer;

/// <summary>What a <see cref="PeerSession"/> needs to know before it begins.</summary>
public sealed record PeerSessionOptions
{
    /// <summary>The most addresses of the peer that are tried.</summary>
    public const int MaxRemotes = 16;

    /// <summary>The largest datagram IPv4 carries: 65,535 - 20 (IP) - 8 (UDP).</summary>
    public const int MaxSize = 65_507;

    /// <summary>The addresses the peer is known by, 1 to <see cref="MaxRemotes"/>, the preferred one first.</summary>
    public required IReadOnlyList<TransportAddress> Remotes { get; init; }

    /// <summary>The bound address of each socket, one per address family that occurs in <see cref="Remotes"/>.</summary>
    public required IReadOnlyList<TransportAddress> Locals { get; init; }

    /// <summary>This session's id on the wire: 64 bits from a secure source, since who echoes it is believed.</summary>
    public required ulong Id { get; init; }

    /// <summary>Seed of the random waits.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The local time at the session's start, for the text the original program prints.</summary>
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
    /// Whether to meet in slots read off the wall clock, too, for routers that hold early packets against a peer. For the first IPv4
    /// remote, after <see cref="PeerSession.SlotsAfter"/>, on ports above the base port; the driver opens their sockets as they come.
    /// Not wanted within one subnet, where no router stands between.
    /// </summary>
    public bool UsesClockSlots { get; init; } = true;

    /// <summary>What the path is for.</summary>
    public PathUse Use { get; init; }

    /// <summary>Whether datagrams that prove only the inbound direction are enough.</summary>
    public Requirement Requirement { get; init; } = Requirement.TwoWay;
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
    /// <summary>Nothing came from the peer's host.</summary>
    Nothing,

    /// <summary>Datagrams came from the peer's host, none with proof that ours arrive there.</summary>
    OneWay,

    /// <summary>A message from the peer named this session's id: both directions work.</summary>
    TwoWay,
}
