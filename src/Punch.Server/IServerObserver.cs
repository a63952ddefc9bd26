using System.Net.Sockets;
using Punch.Protocol;
using Punch.Serving;
using Punch.Serving.Counting;

namespace Punch.Server;

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
    /// A TCP port could not take a connection: nothing a client did, the system lacks something. Told at most once a minute for each port.
    /// </summary>
    /// <param name="local">The port.</param>
    /// <param name="error">The last error.</param>
    /// <param name="count">How many there were since it was told.</param>
    void OnAcceptFailed(TransportAddress local, SocketError error, long count);

    /// <summary>A UDP socket could not receive: nothing a client did either. Told at most once a minute for each socket.</summary>
    /// <param name="local">The socket.</param>
    /// <param name="error">The last error.</param>
    /// <param name="count">How many there were since it was told.</param>
    void OnReceiveFailed(TransportAddress local, SocketError error, long count);

    /// <summary>
    /// The system did not take datagrams that answer what came to a UDP socket. Told at most once a minute for each socket.
    /// </summary>
    /// <param name="local">The socket.</param>
    /// <param name="error">The last error.</param>
    /// <param name="count">How many datagrams there were since it was told.</param>
    void OnSendFailed(TransportAddress local, SocketError error, long count);

    /// <summary>
    /// Most of what comes has one private source, this machine's gateway: something there rewrites sources. Told at most once a minute for
    /// each socket.
    /// </summary>
    /// <param name="local">The socket.</param>
    /// <param name="seen">That source.</param>
    void OnSourcesRewritten(TransportAddress local, HostAddress seen);
}

/// <summary>Hands the events of a machine to an observer.</summary>
internal static class ServerEvents
{
    /// <summary>Takes all that wait, also where nobody wants them.</summary>
    public static void DrainTo(this ServerMachine machine, IServerObserver? observer)
    {
        while (machine.TryEvent(out ServerEvent e))
        {
            if (e.Outcome is { } outcome) { observer?.OnRequest(e.Client, e.Local, outcome); }
            else if (e.Change is { } change) { observer?.OnConnection(e.Client, change); }
        }
    }
}
