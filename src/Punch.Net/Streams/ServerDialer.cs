using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>Opens streams to servers: over TCP, TLS or WebSocket, and through a proxy where that is wanted.</summary>
/// <param name="find">
/// What is known of the server at an address, whose transport says how to speak; null for none. With a proxy the address is the proxy's.
/// </param>
public sealed class ServerDialer(Func<TransportAddress, ServerPoint?> find)
{
    /// <summary>How long it may take in all: seven round trips over a satellite, and a lost SYN.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    /// <summary>The roots to go by, for tests; null for the system's.</summary>
    internal X509Certificate2Collection? Roots { get; init; }

    /// <summary>Opens the stream of a request.</summary>
    /// <exception cref="StreamException">It could not be opened.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<IMessagePipe> Dial(StreamRequest request, CancellationToken cancellation)
    {
        if (find(request.Remote) is not { } server) { throw new StreamException("nothing is known of this server"); }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        Stream? stream = null;
        try
        {
            Socket socket = await TcpDialer.Connect(request, limit.Token).ConfigureAwait(false);
            TransportAddress local = SocketEnds.Local(socket, request.Remote.Transport);
            stream = new NetworkStream(socket, ownsSocket: true);
            Task tunnel = server.Proxy?.Tunnel(stream, server.Host, server.Port, limit.Token) ?? Task.CompletedTask;
            await tunnel.ConfigureAwait(false);

            if (request.Remote.Transport == Transport.Tcp) { return new FramedPipe(stream, local, server.IsTurn); }

            stream = await new TlsHandshake(server.Host, server.Pin, Roots).Begin(stream, limit.Token).ConfigureAwait(false);
            return request.Remote.Transport switch
            {
                Transport.Tls => new FramedPipe(stream, local, server.IsTurn),
                Transport.WebSocket =>
                    await WebSocketUpgrade.Begin(stream, server.Host, server.Port, local, limit.Token).ConfigureAwait(false),
                _ => throw new UnreachableException(),
            };
        }
        catch (Exception e) when (e is StreamException or OperationCanceledException)
        {
            if (stream is not null) { await stream.DisposeAsync().ConfigureAwait(false); }

            cancellation.ThrowIfCancellationRequested();
            if (e is StreamException broken) { throw Explain(broken, server, hasConnection: stream is not null); }

            throw new StreamException(Silence(server, hasConnection: stream is not null), e);
        }
    }

    // A connection that fails is one to the proxy, and a user has to know that.
    private static StreamException Explain(StreamException e, ServerPoint server, bool hasConnection) =>
        server.Proxy is { } proxy && !hasConnection ? new StreamException($"the proxy {proxy}: {e.Message}", e) : e;

    private static string Silence(ServerPoint server, bool hasConnection) => server.Proxy switch
    {
        { } proxy when !hasConnection => $"the proxy {proxy}: {TcpDialer.NoReply}",
        _ when hasConnection => "a connection opened, and nothing answers on it",
        _ => TcpDialer.NoReply,
    };
}
