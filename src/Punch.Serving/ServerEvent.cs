using Punch.Protocol;
using Punch.Serving.Counting;

namespace Punch.Serving;

/// <summary>How a TCP connection changed.</summary>
public enum ConnectionChange
{
    /// <summary>It was accepted.</summary>
    Opened,

    /// <summary>It ended: by the client, by an error, or by bytes that are not STUN.</summary>
    Closed,

    /// <summary>The server ended it, because no request came in time or it was open for too long.</summary>
    TimedOut,

    /// <summary>It was refused at a limit.</summary>
    TurnedAway,
}

/// <summary>An event of a server: a request was decided, or a connection changed.</summary>
public readonly record struct ServerEvent
{
    /// <summary>The address of the client.</summary>
    public TransportAddress Client { get; init; }

    /// <summary>The address of the server that the client used.</summary>
    public TransportAddress Local { get; init; }

    /// <summary>The outcome of a request; null if the event is about a connection.</summary>
    public RequestOutcome? Outcome { get; init; }

    /// <summary>The change of a connection; null if the event is about a request.</summary>
    public ConnectionChange? Change { get; init; }
}
