using Punch.Protocol;

namespace Punch.Net.Sockets;

/// <summary>
/// Binds a socket of each address family, both on the same port where that can be had: one port is easier to forward than two.
/// </summary>
public static class SocketBinder
{
    /// <summary>How often another free port is drawn because the other family lacks that one.</summary>
    private const int MaxDraws = 4;

    /// <summary>Binds a socket on each address. A family that this machine lacks is left out while it has the other one.</summary>
    /// <param name="hosts">A local address of each family that is wanted; a wildcard is normal.</param>
    /// <param name="port">The port of all; 0 takes a free one.</param>
    /// <returns>The sockets, in the order of <paramref name="hosts"/>.</returns>
    /// <exception cref="LocalNetworkException">A port is taken, an address is not ours, or no family is left. Nothing is bound
    /// then.</exception>
    public static IReadOnlyList<UdpSocket> Bind(IEnumerable<HostAddress> hosts, ushort port)
    {
        HostAddress[] wanted = [.. hosts];
        for (int draw = 1; ; draw++)
        {
            try
            {
                return BindAll(wanted, port, isShared: draw <= MaxDraws);
            }
            catch (LocalNetworkException e) when (e.Error == LocalNetworkError.PortTaken && port == 0 && draw <= MaxDraws)
            {
                // Another program has the port that the first family drew in the second one.
            }
        }
    }

    private static List<UdpSocket> BindAll(HostAddress[] hosts, ushort port, bool isShared)
    {
        var sockets = new List<UdpSocket>(hosts.Length);
        LocalNetworkException? missing = null;
        foreach (HostAddress host in hosts)
        {
            try
            {
                sockets.Add(UdpSocket.Bind(new TransportAddress(host, isShared && sockets.Count > 0 ? sockets[0].Local.Port : port)));
            }
            catch (LocalNetworkException e) when (e.Error == LocalNetworkError.FamilyUnavailable)
            {
                missing = e;
            }
            catch (LocalNetworkException)
            {
                foreach (UdpSocket socket in sockets) { socket.Dispose(); }

                throw;
            }
        }

        return sockets.Count > 0 ? sockets : throw missing!;
    }
}
