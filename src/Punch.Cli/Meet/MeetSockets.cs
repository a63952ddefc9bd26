using Punch.Cli.Reach;
using Punch.Net;
using Punch.Protocol;

namespace Punch.Cli.Meet;

/// <summary>Binds a socket for each family, both on the same port where that can be had: one port is easier to forward than two.</summary>
internal static class MeetSockets
{
    /// <summary>How often another free port is drawn because the other family lacks that one.</summary>
    private const int MaxDraws = 4;

    /// <summary>Binds them. A family that this machine lacks is left out while it has the other one.</summary>
    /// <param name="options">Which port, address and families.</param>
    /// <param name="sockets">Takes the sockets: the caller disposes of them, whatever happens.</param>
    /// <exception cref="LocalNetworkException">The port is taken, the address is not ours, or there is no family left.</exception>
    public static void Bind(PeerOptions options, List<UdpSocket> sockets)
    {
        for (int draw = 1; ; draw++)
        {
            try
            {
                BindAll(options, sockets, options.LocalPort);
                return;
            }
            catch (LocalNetworkException e) when (IsUnlucky(e, options, sockets) && draw < MaxDraws)
            {
                sockets[0].Dispose();
                sockets.Clear();
            }
            catch (LocalNetworkException e) when (IsUnlucky(e, options, sockets))
            {
                sockets.Add(UdpSocket.Bind(new TransportAddress(HostAddress.AnyV6, 0)));
                return;
            }
        }
    }

    private static bool IsUnlucky(LocalNetworkException e, PeerOptions options, List<UdpSocket> sockets) =>
        e.Error == LocalNetworkError.PortTaken && options.LocalPort == 0 && sockets.Count == 1;

    private static void BindAll(PeerOptions options, List<UdpSocket> sockets, ushort port)
    {
        LocalNetworkException? missing = null;
        foreach (HostAddress local in Hosts(options))
        {
            try
            {
                sockets.Add(UdpSocket.Bind(new TransportAddress(local, sockets.Count == 0 ? port : sockets[0].Local.Port)));
            }
            catch (LocalNetworkException e) when (e.Error == LocalNetworkError.FamilyUnavailable)
            {
                missing = e;
            }
        }

        if (sockets.Count == 0) { throw missing!; }
    }

    private static IReadOnlyList<HostAddress> Hosts(PeerOptions options) => options switch
    {
        { Bind: { } bind } => [bind],
        { Families: AddressFamilies.V4 } => [HostAddress.AnyV4],
        { Families: AddressFamilies.V6 } => [HostAddress.AnyV6],
        _ => [HostAddress.AnyV4, HostAddress.AnyV6],
    };
}
