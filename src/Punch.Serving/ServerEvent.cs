using Punch.Protocol;
using Punch.Serving.Counting;

namespace Punch.Serving;

/// <summary>What happened to a TCP connection.</summary>
public enum ConnectionChange
{
    /// <summary>It was taken.</summary>
    Opened,

    /// <summary>It ended: by the client, by an error, or by bytes that are no STUN.</summary>
    Closed,

    /// <summary>It was ended because no request came in time, or because it was open for too long.</summary>
    TimedOut,

    /// <summary>It was turned away at a limit.</summary>
    TurnedAway,
}

/// <summary>What happened in a server: a request was decided, or a connection changed.</summary>
public readonly record struct ServerEvent
{
    /// <summary>Who asked.</summary>
    public TransportAddress Client { get; init; }

    /// <summary>The address that was asked.</summary>
    public TransportAddress Local { get; init; }

    /// <summary>What became of a request; null when the event is a connection's.</summary>
    public RequestOutcome? Outcome { get; init; }

    /// <summary>What happened to a connection; null when the event is a request's.</summary>
    public ConnectionChange? Change { get; init; }
}
