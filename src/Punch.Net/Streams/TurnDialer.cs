using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>Opens streams to a TURN server: directly, and through a proxy where that fails or takes long.</summary>
/// <param name="server">What is known of the TURN server, but for a proxy.</param>
/// <param name="proxy">The proxy and its address; null for none.</param>
public sealed class TurnDialer(ServerPoint server, (HttpProxy Proxy, HostAddress Address)? proxy)
{
    /// <summary>Opens the stream of a request, whose address is the TURN server's.</summary>
    /// <exception cref="StreamException">It could not be opened.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public Task<IMessagePipe> Dial(StreamRequest request, CancellationToken cancellation)
    {
        var direct = new ServerDialer(_ => server);
        if (proxy is not ({ } through, { } host)) { return direct.Dial(request, cancellation); }

        var proxied = new ServerDialer(_ => server with { Proxy = through });
        StreamRequest detour = request with { Remote = new TransportAddress(host, through.Port, request.Remote.Transport) };
        return DialRace.Begin(stop => direct.Dial(request, stop), stop => proxied.Dial(detour, stop), cancellation);
    }
}
