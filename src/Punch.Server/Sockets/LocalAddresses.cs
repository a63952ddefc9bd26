using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Protocol;

namespace Punch.Server.Sockets;

/// <summary>
/// The addresses that a wildcard stands for, where each socket must be bound to a single address. Later changes of the interfaces are not
/// seen.
/// </summary>
internal static class LocalAddresses
{
    /// <summary>The address itself, or for a wildcard all addresses of this machine in its family.</summary>
    /// <exception cref="LocalNetworkException">There is no such address.</exception>
    public static IReadOnlyList<HostAddress> Of(HostAddress host)
    {
        if (!host.IsAny) { return [host]; }

        HostAddress[] found =
        [
            .. InterfaceAddress.All()
                .Select(own => own.Address)
                .Where(own => own.IsV6 == host.IsV6)
                .Distinct(),
        ];
        return found.Length > 0
            ? found
            : throw LocalNetworkException.ForBind(
                new TransportAddress(host, 0), new SocketException((int)SocketError.AddressFamilyNotSupported));
    }
}
