namespace Punch.Protocol.Forwarding;

/// <summary>What happened to forwards.</summary>
public enum ForwardEventKind
{
    /// <summary>A port listens.</summary>
    Listening,

    /// <summary>A port could not be had.</summary>
    ListenFailed,

    /// <summary>A connection is open.</summary>
    Opened,

    /// <summary>A connection could not be opened.</summary>
    Refused,

    /// <summary>A connection is over.</summary>
    Closed,
}

/// <summary>Something that happened to forwards.</summary>
/// <param name="Kind">What happened.</param>
public readonly record struct ForwardEvent(ForwardEventKind Kind)
{
    /// <summary>The number of the connection; 0 for a port.</summary>
    public ulong Id { get; init; }

    /// <summary>Where the port listens, or where the connection came from; may be empty.</summary>
    public string From { get; init; } = "";

    /// <summary>Where it leads; may be empty.</summary>
    public string To { get; init; } = "";

    /// <summary>Whether it was this side that the other program connected to.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Why it did not come about.</summary>
    public OpenStatus Status { get; init; }

    /// <summary>Bytes that went to the peer.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes that came from the peer.</summary>
    public long Received { get; init; }

    /// <summary>How long it was open.</summary>
    public TimeSpan Lasted { get; init; }
}
