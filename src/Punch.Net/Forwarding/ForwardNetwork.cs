using System.Net;
using System.Net.Sockets;
using Punch.Net.Resolving;
using Punch.Protocol;
using Punch.Protocol.Forwarding;

namespace Punch.Net.Forwarding;

/// <summary>The network of this machine for forwards.</summary>
/// <param name="allowed">What the peer may ask for.</param>
/// <param name="wake">Is called, on any thread, when something changed.</param>
public sealed class ForwardNetwork(AllowList allowed, Action wake) : IForwardNetwork
{
    private const int Backlog = 128;
    private static readonly TimeSpan LongestLookUp = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IDial Dial(in OpenRequest request, bool isOwn) => new ForwardDial(request, isOwn ? null : allowed, wake);

    /// <inheritdoc/>
    public OpenStatus Listen(in OpenRequest request, bool isOwn, out IListenPort? port)
    {
        port = null;
        try
        {
            HostAddress? place = PlaceOf(request);
            if (place is not { } address) { return OpenStatus.NotFound; }

            if (!isOwn && !allowed.AllowsListen(request, address)) { return OpenStatus.NotAllowed; }

            port = Bind(new IPEndPoint(address.ToIPAddress(), (int)request.Number), request.Kind.HasDatagrams());
            return OpenStatus.Done;
        }
        catch (SocketException e)
        {
            return EndPoints.Status(e.SocketErrorCode);
        }
    }

    /// <summary>Listens at a Unix socket of this side.</summary>
    public OpenStatus ListenUnix(string path, out IListenPort? port)
    {
        port = null;
        try
        {
            port = Bind(new UnixDomainSocketEndPoint(path), isUdp: false);
            return OpenStatus.Done;
        }
        catch (SocketException e)
        {
            return EndPoints.Status(e.SocketErrorCode);
        }
    }

    private static HostAddress? PlaceOf(in OpenRequest request)
    {
        try
        {
            return request.Text switch
            {
                "" or "localhost" => HostAddress.FromIPAddress(IPAddress.Loopback),
                "*" => HostAddress.AnyV6,
                _ => Resolver.Resolve(request.Text, AddressFamilies.Any, LongestLookUp, CancellationToken.None)[0],
            };
        }
        catch (NameResolutionException)
        {
            return null;
        }
    }

    private IListenPort Bind(EndPoint place, bool isUdp)
    {
        ProtocolType protocol = place is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : isUdp ? ProtocolType.Udp : ProtocolType.Tcp;
        var socket = new Socket(place.AddressFamily, isUdp ? SocketType.Dgram : SocketType.Stream, protocol);
        try
        {
            if (place is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any)) { socket.DualMode = true; }

            socket.Bind(place);
            if (!isUdp) { socket.Listen(Backlog); }

            return isUdp ? new UdpPort(socket, wake) : new TcpListenPort(socket, wake);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
