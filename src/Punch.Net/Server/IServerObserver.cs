using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Server;

/// <summary>What became of a datagram or message.</summary>
public enum RequestOutcome
{
    /// <summary>It got a success answer.</summary>
    Answered,

    /// <summary>It got an error answer.</summary>
    Refused,

    /// <summary>Its network is over its limit.</summary>
    Limited,

    /// <summary>It is no request that this server answers.</summary>
    Ignored,
}

/// <summary>What happened to a TCP connection.</summary>
public enum ConnectionChange
{
    /// <summary>It was taken.</summary>
    Opened,

    /// <summary>It ended: by the client, by an error, or by bytes that are no STUN.</summary>
    Closed,

    /// <summary>It was ended because no request came in time.</summary>
    TimedOut,

    /// <summary>It was turned away at a limit.</summary>
    TurnedAway,
}

/// <summary>Hears what a server does. Called on the server's own threads, several at once: be quick and do not throw.</summary>
public interface IServerObserver
{
    /// <summary>Whether <see cref="OnRequest"/> is wanted; asked once, at the start.</summary>
    bool WantsRequests { get; }

    /// <summary>A datagram or message came.</summary>
    /// <param name="client">From where.</param>
    /// <param name="local">To where.</param>
    /// <param name="outcome">What became of it.</param>
    void OnRequest(TransportAddress client, TransportAddress local, RequestOutcome outcome);

    /// <summary>Something happened to a TCP connection.</summary>
    void OnConnection(TransportAddress client, ConnectionChange change);

    /// <summary>
    /// A TCP port could not take a connection: nothing a client did, the system lacks something. Told at most once a second.
    /// </summary>
    void OnAcceptFailed(TransportAddress local, SocketError error);
}
