using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>The words for a datagram that this machine could not send.</summary>
public static class SendFailure
{
    /// <summary>Explains it.</summary>
    /// <remarks>
    /// Lists the interfaces when the system denied access, to tell a broadcast address from a firewall: not for a hot path.
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
