namespace Punch.Protocol.Text;

/// <summary>
/// The only message between two sessions: text that the original program can print, with a trailer for this program.
/// <code>
/// 2026-11-22 14:23:01 +0000 punch/1 id=5f0c9a77d1e2b340 seq=17 seen=c3d2e1f0a9b88771/12 held=3105us got=11
/// </code>
/// Before the first message from the peer, <c>seen</c>, <c>held</c> and <c>got</c> are missing. Unknown trailing fields are ignored.
/// A session with a data channel adds <c>data=SENT/TAKEN</c>, and, if they are true, <c>num=1</c>, <c>ask=1</c>, <c>full=1</c>,
/// <c>eof=1</c>, <c>fail=1</c>. A session that leaves adds <c>bye=1</c>.
/// </summary>
public readonly partial record struct PeerMessage
{
    /// <summary>
    /// The shortest length of a message; shorter ones are padded with spaces. A reply is longer than a first message, because it names what
    /// it has seen. With this padding it never has more bytes than the message it answers.
    /// </summary>
    public const int MinLength = 112;

    /// <summary>The same for sessions that carry data, whose messages have more fields.</summary>
    public const int MinLengthWithData = 128;

    /// <summary>The longest accepted <c>held</c>, in microseconds: 11 days. A longer value makes the message invalid.</summary>
    public const long MaxHeldMicroseconds = 1_000_000_000_000;

    /// <summary>The most accepted data datagrams: a petabyte. A larger count makes the field invalid.</summary>
    public const long MaxDataCount = 1_000_000_000_000;

    /// <summary>The id of the sender's session.</summary>
    public required ulong Id { get; init; }

    /// <summary>The number of the message among those of the sender, from 1.</summary>
    public required uint Sequence { get; init; }

    /// <summary>The newest message that the sender received from its peer; null if none came yet.</summary>
    public Sighting? Seen { get; init; }

    /// <summary>The sender's counts of data; null if it carries none.</summary>
    public DataCount? Data { get; init; }

    /// <summary>Whether the sender understands numbered data, and numbers its own for a peer that does: a trailing <c>num=1</c>.</summary>
    public bool HasNumbers { get; init; }

    /// <summary>Whether the sender asks for a reply at once: a trailing <c>ask=1</c>.</summary>
    public bool IsAsking { get; init; }

    /// <summary>Whether the sender has no room for data: a trailing <c>full=1</c>.</summary>
    public bool IsFull { get; init; }

    /// <summary>Whether the sender has sent all its data: a trailing <c>eof=1</c>.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Whether the sender could not read all its data, so that what it sent is incomplete: a trailing <c>fail=1</c>.</summary>
    public bool HasFailed { get; init; }

    /// <summary>Whether the sender is about to leave: a trailing <c>bye=1</c>.</summary>
    public bool IsLeaving { get; init; }
}

/// <summary>What one side has received from the other.</summary>
/// <param name="Id">The id of the other side's session.</param>
/// <param name="Sequence">The highest sequence number received.</param>
/// <param name="Held">The time since that message came, in whole microseconds.</param>
/// <param name="Received">The number of different messages received.</param>
public readonly record struct Sighting(ulong Id, uint Sequence, TimeSpan Held, uint Received);

/// <summary>The kind of a payload.</summary>
public enum PeerMessageParse
{
    /// <summary>A peer message of this version.</summary>
    Message,

    /// <summary>Not a peer message: text of the original program, for instance.</summary>
    Foreign,

    /// <summary>A peer message of another version of the format.</summary>
    OtherVersion,
}
