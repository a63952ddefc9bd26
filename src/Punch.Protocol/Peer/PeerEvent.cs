namespace Punch.Protocol.Peer;

/// <summary>The kinds of <see cref="PeerEvent"/>.</summary>
public enum PeerEventKind
{
    /// <summary>A datagram was handed to the driver for sending.</summary>
    Sent,

    /// <summary>A datagram came in.</summary>
    Received,

    /// <summary>A two-way path was proven, for the first time or again.</summary>
    Opened,

    /// <summary>The path moved to another address of the same peer, proven there too.</summary>
    Moved,

    /// <summary>The open path fell silent, or the peer said that it leaves; see <see cref="PeerEvent.SilentFor"/>.</summary>
    Closed,

    /// <summary>The peer said that all its data was sent; what it sent just before may still come. For <see cref="PathUse.Data"/>.</summary>
    DataEnded,

    /// <summary>The session is over; nothing follows.</summary>
    Ended,
}

/// <summary>What a datagram was to the session.</summary>
public enum DatagramKind
{
    /// <summary>A peer message: DESIGN.md section 4.</summary>
    Message,

    /// <summary>The empty datagram that opens a firewall.</summary>
    Punch,

    /// <summary>Anything else from the peer's host: text of the original program, for instance.</summary>
    Plain,

    /// <summary>A peer message of another version of the format; it proves what a plain datagram does.</summary>
    OtherVersion,

    /// <summary>Data: what the session was opened for, with <see cref="PathUse.Data"/>.</summary>
    Data,

    /// <summary>A datagram from a host that this session was not asked to reach; it proves nothing.</summary>
    Stranger,
}

/// <summary>
/// News from a <see cref="PeerSession"/>. One flat value, not a family of records: two of these are born with every datagram, and the
/// flood of <c>-i 0</c> must not allocate. While a Received event is drained, <see cref="PeerSession.Payload"/> holds the datagram.
/// </summary>
public readonly record struct PeerEvent
{
    /// <summary>Which news this is.</summary>
    public required PeerEventKind Kind { get; init; }

    /// <summary>The other end: sent to, received from, opened with. Default for <see cref="PeerEventKind.Ended"/>.</summary>
    public TransportAddress Remote { get; init; }

    /// <summary>The own socket; for Sent, Opened and Moved.</summary>
    public TransportAddress Local { get; init; }

    /// <summary>The TTL or hop limit it was sent with, 0 for the system's own; for Sent. A low one primes the own NAT and goes no further.</summary>
    public byte HopLimit { get; init; }

    /// <summary>Time since the session's start.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>What the datagram was; for Sent and Received.</summary>
    public DatagramKind Datagram { get; init; }

    /// <summary>Bytes of payload; for Sent and Received.</summary>
    public int Bytes { get; init; }

    /// <summary>The message's sequence number; for Sent and Received messages.</summary>
    public uint? Sequence { get; init; }

    /// <summary>The round trip this datagram measured, where it measured one.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Whether the proven address is not one the session was given: the peer's NAT moved it. For Opened and Moved.</summary>
    public bool IsMoved { get; init; }

    /// <summary>Whether the path was met in a slot of the clock, on ports above the base ports. For Opened and Moved.</summary>
    public bool IsSlot { get; init; }

    /// <summary>Whether a path was open before in this session; for Opened.</summary>
    public bool IsReopened { get; init; }

    /// <summary>How long the path had been silent; zero when the peer said that it leaves. For Closed.</summary>
    public TimeSpan SilentFor { get; init; }
}
