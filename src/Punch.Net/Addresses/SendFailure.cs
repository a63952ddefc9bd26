using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>Explains why this machine could not send a datagram.</summary>
public static class SendFailure
{
    /// <summary>Makes the exception for a failed send.</summary>
    /// <remarks>
    /// It lists the interfaces if the system denied access, to distinguish a broadcast address from a firewall. Do not call it for each
    /// datagram.
    /// </remarks>
    public static LocalNetworkException Explain(TransportAddress to, SocketError error) => error switch
    {
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown
            or SocketError.AddressNotAvailable => Of(LocalNetworkError.NoRoute, $"no route to {to.Host}", error),
        SocketError.AccessDenied when RemoteRules.IsDirectedBroadcast(to.Host) =>
            Of(LocalNetworkError.NotUnicast, $"{to.Host} is the broadcast address of a local network, not a host", error),
        SocketError.AccessDenied =>
            Of(LocalNetworkError.NoPermission, $"the system forbids sending to {to} (a firewall on this machine?)", error),
        SocketError.MessageSize => Of(LocalNetworkError.TooLarge, $"the datagram is too large to send to {to.Host}", error),
        SocketError.AddressFamilyNotSupported =>
            Of(LocalNetworkError.FamilyUnavailable, $"no {LocalNetworkException.Family(to)} here to reach {to.Host}", error),
        _ => Of(LocalNetworkError.Other, $"cannot send to {to}: {LocalNetworkException.Text(error)}", error),
    };

    private static LocalNetworkException Of(LocalNetworkError error, string message, SocketError cause) =>
        new(error, message, new SocketException((int)cause));
}
