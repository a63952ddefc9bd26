namespace Punch.Serving.Relay;

/// <summary>
/// What a server's relay holds now, and what became of binds and frames since the start. Binds are part of what came over UDP.
/// </summary>
public readonly record struct RelayStatistics
{
    /// <summary>Rooms with one or two legs.</summary>
    public int Sessions { get; init; }

    /// <summary>Rooms with two.</summary>
    public int Paired { get; init; }

    /// <summary>Legs that were bound.</summary>
    public long Bound { get; init; }

    /// <summary>Legs that were moved to another address.</summary>
    public long Moved { get; init; }

    /// <summary>Binds of legs that were there already.</summary>
    public long Kept { get; init; }

    /// <summary>Binds that gave a leg up.</summary>
    public long Left { get; init; }

    /// <summary>Binds that were asked to prove their address first.</summary>
    public long Challenged { get; init; }

    /// <summary>Binds without an answer because their address or network is over its limit.</summary>
    public long Limited { get; init; }

    /// <summary>Binds that were refused since they were malformed.</summary>
    public long Malformed { get; init; }

    /// <summary>Binds that were refused since they did not prove to know the password.</summary>
    public long Unauthenticated { get; init; }

    /// <summary>Binds that were refused since this server relays nothing, or stops soon.</summary>
    public long Off { get; init; }

    /// <summary>Binds that were refused since the party had no seat in the room at its address.</summary>
    public long Unseated { get; init; }

    /// <summary>Binds that were refused since two other parties were relayed.</summary>
    public long Occupied { get; init; }

    /// <summary>Binds that were refused since their network had its share.</summary>
    public long OverShare { get; init; }

    /// <summary>Binds that were refused since their session had used up its volume.</summary>
    public long Spent { get; init; }

    /// <summary>Binds that were refused since there were as many sessions as there may be.</summary>
    public long Full { get; init; }

    /// <summary>Frames that were sent on.</summary>
    public long Forwarded { get; init; }

    /// <summary>Bytes of them.</summary>
    public long ForwardedBytes { get; init; }

    /// <summary>Frames that came from no leg; they are part of what was ignored over UDP.</summary>
    public long DroppedUnbound { get; init; }

    /// <summary>Frames for a leg that was not there.</summary>
    public long DroppedAlone { get; init; }

    /// <summary>Frames over the rate of their session.</summary>
    public long DroppedRate { get; init; }

    /// <summary>Frames over the rate of all sessions.</summary>
    public long DroppedTotal { get; init; }

    /// <summary>Frames over the volume of their session.</summary>
    public long DroppedVolume { get; init; }

    /// <summary>Notices sent to legs.</summary>
    public long Notices { get; init; }

    /// <summary>Binds that were refused, but for those that were asked to prove their address.</summary>
    public long Refused => Malformed + Off + Unseated + Occupied + OverShare + Spent + Full;

    /// <summary>Frames that were dropped at a limit.</summary>
    public long OverLimit => DroppedRate + DroppedTotal + DroppedVolume;

    /// <summary>Both together.</summary>
    public static RelayStatistics operator +(in RelayStatistics a, in RelayStatistics b) => new()
    {
        Sessions = a.Sessions + b.Sessions,
        Paired = a.Paired + b.Paired,
        Bound = a.Bound + b.Bound,
        Moved = a.Moved + b.Moved,
        Kept = a.Kept + b.Kept,
        Left = a.Left + b.Left,
        Challenged = a.Challenged + b.Challenged,
        Limited = a.Limited + b.Limited,
        Malformed = a.Malformed + b.Malformed,
        Unauthenticated = a.Unauthenticated + b.Unauthenticated,
        Off = a.Off + b.Off,
        Unseated = a.Unseated + b.Unseated,
        Occupied = a.Occupied + b.Occupied,
        OverShare = a.OverShare + b.OverShare,
        Spent = a.Spent + b.Spent,
        Full = a.Full + b.Full,
        Forwarded = a.Forwarded + b.Forwarded,
        ForwardedBytes = a.ForwardedBytes + b.ForwardedBytes,
        DroppedUnbound = a.DroppedUnbound + b.DroppedUnbound,
        DroppedAlone = a.DroppedAlone + b.DroppedAlone,
        DroppedRate = a.DroppedRate + b.DroppedRate,
        DroppedTotal = a.DroppedTotal + b.DroppedTotal,
        DroppedVolume = a.DroppedVolume + b.DroppedVolume,
        Notices = a.Notices + b.Notices,
    };
}
