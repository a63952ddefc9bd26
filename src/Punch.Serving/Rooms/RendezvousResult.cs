namespace Punch.Serving.Rooms;

/// <summary>How a server decided about a join.</summary>
public enum RendezvousOutcome
{
    /// <summary>It is not a join: no reply.</summary>
    Ignored,

    /// <summary>The sender's network is over its limit: no reply.</summary>
    Limited,

    /// <summary>The directory answers later.</summary>
    Pending,

    /// <summary>The sender is in the room, alone.</summary>
    Waiting,

    /// <summary>The sender is in the room with the other party.</summary>
    Paired,

    /// <summary>
    /// The other party is there, and the sender got its entry. Nothing is stored about the sender, because its address is unproven (no
    /// LIFETIME).
    /// </summary>
    Introduced,

    /// <summary>
    /// The sender's seat is at another address, and nothing shows that the sender owns it. Nothing changes, and no notice is sent.
    /// </summary>
    Held,

    /// <summary>The sender has left the room, or was not there.</summary>
    Left,

    /// <summary>438: nothing is stored until the sender has shown that it receives replies.</summary>
    Challenged,

    /// <summary>The room is of another day than it is here; the sender is told the day, and nothing is kept.</summary>
    OtherDay,

    /// <summary>426: the room is of no day, so the sender is a client of before.</summary>
    Dayless,

    /// <summary>401: it does not prove to know the server's password.</summary>
    Unauthenticated,

    /// <summary>400 or 420.</summary>
    Malformed,

    /// <summary>403: two other parties are in the room.</summary>
    Crowded,

    /// <summary>508: there is no space for another room.</summary>
    Full,
}

/// <summary>
/// The datagrams to send: a reply to the source of the request, and one notice to up to two addresses of one party. The
/// <see cref="RoomReply"/> has these addresses.
/// </summary>
internal readonly record struct RendezvousResult
{
    /// <summary>How the server decided.</summary>
    public RendezvousOutcome Outcome { get; init; }

    /// <summary>The length of the reply in bytes; 0 for none.</summary>
    public int ReplyLength { get; init; }

    /// <summary>The length of the notice in bytes; 0 if <see cref="NoticeCount"/> is 0.</summary>
    public int NoticeLength { get; init; }

    /// <summary>The number of addresses that get the notice, 0 to 2. The bytes of the request limit it.</summary>
    public int NoticeCount { get; init; }
}
