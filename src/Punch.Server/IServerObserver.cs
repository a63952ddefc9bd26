using System.Net.Sockets;
using Punch.Protocol;
using Punch.Server.Tls;
using Punch.Serving;
using Punch.Serving.Counting;

namespace Punch.Server;

/// <summary>Receives the events of a server. The server's own threads call it, several at once: return quickly and do not throw.</summary>
public interface IServerObserver
{
    /// <summary>Whether <see cref="OnRequest"/> should be called. It is read once, at the start.</summary>
    bool WantsRequests { get; }

    /// <summary>A datagram or a message of a connection was handled.</summary>
    /// <param name="client">The address it came from.</param>
    /// <param name="local">The address it was sent to.</param>
    /// <param name="outcome">How the server decided.</param>
    void OnRequest(TransportAddress client, TransportAddress local, RequestOutcome outcome);

    /// <summary>A TCP connection was opened, closed or refused.</summary>
    void OnConnection(TransportAddress client, ConnectionChange change);

    /// <summary>
    /// A TCP port could not accept a connection because the system lacks something. No client caused it. Called at most once a minute for
    /// each port.
    /// </summary>
    /// <param name="local">The address of the port.</param>
    /// <param name="error">The last error.</param>
    /// <param name="count">The number of errors since the last call.</param>
    void OnAcceptFailed(TransportAddress local, SocketError error, long count);

    /// <summary>A UDP socket could not receive. No client caused it. Called at most once a minute for each socket.</summary>
    /// <param name="local">The address of the socket.</param>
    /// <param name="error">The last error.</param>
    /// <param name="count">The number of errors since the last call.</param>
    void OnReceiveFailed(TransportAddress local, SocketError error, long count);

    /// <summary>The system did not send replies of a UDP socket. Called at most once a minute for each socket.</summary>
    /// <param name="local">The address of the socket.</param>
    /// <param name="error">The last error.</param>
    /// <param name="count">The number of unsent datagrams since the last call.</param>
    void OnSendFailed(TransportAddress local, SocketError error, long count);

    /// <summary>
    /// Most datagrams have one private source, this machine's gateway: something there rewrites source addresses. Called at most once a
    /// minute for each socket.
    /// </summary>
    /// <param name="local">The address of the socket.</param>
    /// <param name="seen">The private source address that was seen.</param>
    void OnSourcesRewritten(TransportAddress local, HostAddress seen);

    /// <summary>The files have a new certificate, which new connections get.</summary>
    void OnCertificate(ServerCertificate certificate);

    /// <summary>The files of the certificate have changed, and cannot be used. The last good one stays.</summary>
    void OnCertificateFailed(string reason);
}

/// <summary>Passes the events of a machine to an observer.</summary>
internal static class ServerEvents
{
    /// <summary>Takes all waiting events, even without an observer.</summary>
    public static void DrainTo(this ServerMachine machine, IServerObserver? observer)
    {
        while (machine.TryEvent(out ServerEvent e))
        {
            if (e.Outcome is { } outcome) { observer?.OnRequest(e.Client, e.Local, outcome); }
            else if (e.Change is { } change) { observer?.OnConnection(e.Client, change); }
        }
    }
}
