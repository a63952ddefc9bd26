namespace Punch.Serving.Relay;

/// <summary>What became of a frame.</summary>
public enum FrameOutcome
{
    /// <summary>It goes to the other leg.</summary>
    Forwarded,

    /// <summary>Dropped: it came from no leg.</summary>
    Unbound,

    /// <summary>Dropped: there is no second leg, or it was not heard for long.</summary>
    Alone,

    /// <summary>Dropped: the session is over its rate.</summary>
    OverRate,

    /// <summary>Dropped: all sessions together are over theirs.</summary>
    OverTotal,

    /// <summary>Dropped: the session has used up its volume.</summary>
    OverVolume,
}
