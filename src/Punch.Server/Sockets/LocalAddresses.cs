using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Protocol;

namespace Punch.Server.Sockets;

/// <summary>
/// What a wildcard stands for where each socket must be bound to a single address. Later changes of the interfaces go unnoticed.
/// </summary>
internal static class LocalAddresses
{
    /// <summary>The address itself, or all of this machine's of its family if it is a wildcard.</summary>
    /// <exception cref="LocalNetworkException">There is none.</exception>
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
