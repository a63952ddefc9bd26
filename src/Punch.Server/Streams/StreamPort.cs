using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Punch.Protocol;
using Punch.Server.Http;
using Punch.Server.Tls;

namespace Punch.Server.Streams;

/// <summary>
/// Takes the connections of one TCP port through what is in front of their frames: the header of a listed proxy, TLS, and the upgrade to a
/// WebSocket. A client counts against the limits of its network before any of it; behind a proxy, as soon as it is known.
/// </summary>
/// <param name="service">Serves the frames.</param>
/// <param name="kind">What the port speaks.</param>
/// <param name="proxies">The addresses that may name clients.</param>
/// <param name="certificate">The certificate for TLS.</param>
internal sealed class StreamPort(
    StreamService service, StreamKind kind, IReadOnlySet<HostAddress> proxies, CertificateFiles? certificate) : IStreamService
{
    /// <summary>The most connections of proxies at once whose client is not known yet.</summary>
    public const int MaxUnknown = 64;

    /// <summary>How long a connection may take until its client is known.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int _unknown;

    public void OnAcceptFailed(TransportAddress local, SocketError error, long count) => service.OnAcceptFailed(local, error, count);

    public async Task ServeAsync(Socket client, TransportAddress local, CancellationToken stop)
    {
        using (client)
        {
            if (client.RemoteEndPoint is not IPEndPoint ip) { return; }

            var peer = new TransportAddress(HostAddress.FromIPAddress(ip.Address), (ushort)ip.Port, kind.Transport());
            bool isProxy = proxies.Contains(peer.Host);
            if (kind == StreamKind.WebSocket && !isProxy && !peer.Host.IsLoopback) { return; }

            try
            {
                client.NoDelay = true;
                UnsentBytes.Limit(client);
                await using var stream = new NetworkStream(client);
                if (kind == StreamKind.WebSocket || isProxy)
                {
                    await ServeUnknownAsync(client, stream, peer, isProxy, local, stop).ConfigureAwait(false);
                }
                else
                {
                    await service.ServeAsync(peer, local, end => EnterAsync(stream, end), stop).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (StreamService.IsBroken(e))
            {
                // The client broke the connection, or was too slow.
            }
        }
    }

    private async Task ServeUnknownAsync(
        Socket socket, NetworkStream stream, TransportAddress peer, bool isProxy, TransportAddress local, CancellationToken stop)
    {
        Arrived? arrived = null;
        using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop))
        {
            deadline.CancelAfter(Patience);
            try
            {
                bool isRoom = Interlocked.Increment(ref _unknown) <= MaxUnknown;
                if (isRoom) { arrived = await IdentifyAsync(socket, stream, peer, isProxy, deadline.Token).ConfigureAwait(false); }
            }
            finally
            {
                Interlocked.Decrement(ref _unknown);
            }
        }

        if (arrived is not { } known) { return; }

        Task<IFrameCarrier?> Enter(CancellationToken end) =>
            known.Carrier is null ? EnterAsync(stream, end) : Task.FromResult<IFrameCarrier?>(known.Carrier);
        await service.ServeAsync(known.Client, local, Enter, stop).ConfigureAwait(false);
    }

    /// <summary>Finds out who the client is; null if it is not to be served.</summary>
    private async Task<Arrived?> IdentifyAsync(
        Socket socket, NetworkStream stream, TransportAddress peer, bool isProxy, CancellationToken cancellation)
    {
        TransportAddress? named = isProxy ? await NamedAsync(socket, stream, peer, cancellation).ConfigureAwait(false) : peer;
        if (named is not { } client) { return null; }

        if (kind != StreamKind.WebSocket) { return new Arrived(client, null); }

        UpgradeRequest? upgrade = await WebSocketDoor.AnswerAsync(stream, default, cancellation).ConfigureAwait(false);
        if (upgrade is null) { return null; }

        bool isForwarded = isProxy && client == peer && upgrade.Forwarded is not null;
        TransportAddress shown = isForwarded ? peer with { Host = upgrade.Forwarded!.Value } : client;
        return new Arrived(shown, new WebSocketCarrier(WebSocketDoor.Open(stream)));
    }

    /// <summary>Reads who the proxy's client is; the proxy itself if it does not say, null if what it says is wrong.</summary>
    private async Task<TransportAddress?> NamedAsync(
        Socket socket, NetworkStream stream, TransportAddress peer, CancellationToken cancellation)
    {
        byte[] header = new byte[ProxyHeader.FixedLength];
        int peeked = await socket.ReceiveAsync(header.AsMemory(0, 1), SocketFlags.Peek, cancellation).ConfigureAwait(false);
        if (peeked == 0) { return null; }

        if (!ProxyHeader.MayBegin(header[0])) { return peer; }

        await stream.ReadExactlyAsync(header, cancellation).ConfigureAwait(false);
        if (!ProxyHeader.TryReadLength(header, out int length)) { return null; }

        byte[] rest = new byte[length];
        await stream.ReadExactlyAsync(rest, cancellation).ConfigureAwait(false);
        if (!ProxyHeader.TryRead(header, rest, out TransportAddress? client)) { return null; }

        return client is { } named ? named with { Transport = kind.Transport() } : peer;
    }

    private async Task<IFrameCarrier?> EnterAsync(Stream stream, CancellationToken end)
    {
        if (kind != StreamKind.Tls) { return new ByteCarrier(stream); }

        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsServerAsync(Options(), end).ConfigureAwait(false);
            byte[] first = new byte[UpgradeRequest.MaxLength];
            int count = await secure.ReadAsync(first, end).ConfigureAwait(false);
            ReadOnlyMemory<byte> held = first.AsMemory(0, count);
            if (count == 0 || !WebSocketDoor.MayBeHttp(first[0])) { return new ByteCarrier(secure, held); }

            UpgradeRequest? upgrade = await WebSocketDoor.AnswerAsync(secure, held, end).ConfigureAwait(false);
            return upgrade is null ? null : new WebSocketCarrier(WebSocketDoor.Open(secure));
        }
        catch (Exception e) when (StreamService.IsBroken(e))
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = certificate!.Current.Context,
        AllowRenegotiation = false,

        // A WebSocket needs HTTP/1.1, and RFC 7443 names STUN. Who names nothing is welcome, too.
        ApplicationProtocols = [SslApplicationProtocol.Http11, new SslApplicationProtocol("stun.turn")],
    };

    /// <summary>A client that is known, and what carries its frames; null if that is yet to be found.</summary>
    private sealed record Arrived(TransportAddress Client, IFrameCarrier? Carrier);
}
