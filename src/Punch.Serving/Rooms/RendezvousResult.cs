namespace Punch.Serving.Rooms;

/// <summary>What a server made of a datagram.</summary>
public enum RendezvousOutcome
{
    /// <summary>It is no join: not answered.</summary>
    Ignored,

    /// <summary>The sender's network is over its limit: not answered.</summary>
    Limited,

    /// <summary>The directory answers later.</summary>
    Pending,

    /// <summary>The sender is in the room, and alone there.</summary>
    Waiting,

    /// <summary>The sender is in the room with the other party.</summary>
    Paired,

    /// <summary>
    /// The other party is there, and the sender got its entry; nothing is kept of the sender, whose address is unproven (no LIFETIME).
    /// </summary>
    Introduced,

    /// <summary>
    /// The sender's seat is at another address, and nothing shows that it is the sender's: nothing changes, and nobody is told.
    /// </summary>
    Held,

    /// <summary>The sender has left the room, or was not there.</summary>
    Left,

    /// <summary>438: nothing is kept before the sender has shown that it gets answers.</summary>
    Challenged,

    /// <summary>The room is of another day than it is here; the sender is told the day, and nothing is kept.</summary>
    OtherDay,

    /// <summary>426: the room is of no day, so the sender is a client of before.</summary>
    Dayless,

    /// <summary>400 or 420.</summary>
    Malformed,

    /// <summary>403: two other parties are in the room.</summary>
    Crowded,

    /// <summary>508: there is no room for another room.</summary>
    Full,
}

/// <summary>
/// What to send: an answer to where the request came from, and one notice to none, one or two addresses of one party, which the
/// <see cref="RoomReply"/> has.
/// </summary>
internal readonly record struct RendezvousResult
{
    /// <summary>What the server made of it.</summary>
    public RendezvousOutcome Outcome { get; init; }

    /// <summary>Bytes of the answer; 0 for none.</summary>
    public int ReplyLength { get; init; }

    /// <summary>Bytes of the notice; 0 when <see cref="NoticeCount"/> is.</summary>
    public int NoticeLength { get; init; }

    /// <summary>How many addresses the notice goes to, 0 to 2; not more than there are bytes for.</summary>
    public int NoticeCount { get; init; }
}
