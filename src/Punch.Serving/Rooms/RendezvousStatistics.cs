namespace Punch.Serving.Rooms;

/// <summary>The current rooms, and the outcomes of joins since the start. Joins also count as requests.</summary>
public readonly record struct RendezvousStatistics
{
    /// <summary>Rooms with one or two parties.</summary>
    public int Rooms { get; init; }

    /// <summary>Rooms with one party, which waits.</summary>
    public int Waiting { get; init; }

    /// <summary>Accepted joins of parties that are alone or in a pair. Each party joins again every few seconds.</summary>
    public long Joined { get; init; }

    /// <summary>Joins that got the waiting party in the reply, before they had proven their address.</summary>
    public long Introduced { get; init; }

    /// <summary>Joins that were asked to prove their address first, or told the day.</summary>
    public long Challenged { get; init; }

    /// <summary>Joins that named a seat at another address without its ticket, and changed nothing.</summary>
    public long Held { get; init; }

    /// <summary>Parties that left.</summary>
    public long Left { get; init; }

    /// <summary>Joins that were refused because two other parties were in the room.</summary>
    public long Crowded { get; init; }

    /// <summary>Joins that were refused because the table was full, or the network's share was.</summary>
    public long Full { get; init; }

    /// <summary>Joins that were refused since they were malformed, or of a client of before that names no day.</summary>
    public long Malformed { get; init; }

    /// <summary>Joins that were refused because they did not prove to know the password.</summary>
    public long Unauthenticated { get; init; }

    /// <summary>Joins without a reply because their network is over its limit.</summary>
    public long Limited { get; init; }

    /// <summary>Notices sent to parties that wait.</summary>
    public long Notices { get; init; }

    /// <summary>The sum of both counts.</summary>
    public static RendezvousStatistics operator +(in RendezvousStatistics a, in RendezvousStatistics b) => new()
    {
        Rooms = a.Rooms + b.Rooms,
        Waiting = a.Waiting + b.Waiting,
        Joined = a.Joined + b.Joined,
        Introduced = a.Introduced + b.Introduced,
        Challenged = a.Challenged + b.Challenged,
        Held = a.Held + b.Held,
        Left = a.Left + b.Left,
        Crowded = a.Crowded + b.Crowded,
        Full = a.Full + b.Full,
        Malformed = a.Malformed + b.Malformed,
        Unauthenticated = a.Unauthenticated + b.Unauthenticated,
        Limited = a.Limited + b.Limited,
        Notices = a.Notices + b.Notices,
    };
}
