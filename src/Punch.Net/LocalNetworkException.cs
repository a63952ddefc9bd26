using System.Globalization;
using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net;

/// <summary>The kinds of local network errors.</summary>
public enum LocalNetworkError
{
    /// <summary>Another program has the local port.</summary>
    PortTaken,

    /// <summary>The requested local address belongs to no interface.</summary>
    NoSuchAddress,

    /// <summary>The system has no route to the remote address.</summary>
    NoRoute,

    /// <summary>The system or a local firewall forbids it.</summary>
    NoPermission,

    /// <summary>The system has no IPv4 or no IPv6.</summary>
    FamilyUnavailable,

    /// <summary>The remote address does not belong to a single host. Only this one is wrong usage.</summary>
    NotUnicast,

    /// <summary>The datagram is larger than the path or the protocol allows.</summary>
    TooLarge,

    /// <summary>The system hands over nothing of what comes.</summary>
    CannotReceive,

    /// <summary>Anything else; the inner exception says what.</summary>
    Other,
}

/// <summary>An error of this machine's own network. The message is one lower-case line for people, without a full stop.</summary>
public sealed class LocalNetworkException(LocalNetworkError error, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of error.</summary>
    public LocalNetworkError Error { get; } = error;

    /// <summary>The words for receives that the system failed.</summary>
    public static LocalNetworkException ForReceive(SocketError error, long count)
    {
        string times = count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");
        var cause = new SocketException((int)error);
        return new(LocalNetworkError.CannotReceive, $"this machine cannot receive: {Text(error)}, {times}", cause);
    }

    /// <summary>The words for a bind that failed.</summary>
    internal static LocalNetworkException ForBind(TransportAddress local, SocketException e, string protocol = "UDP") =>
        e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse =>
                new(LocalNetworkError.PortTaken, $"{protocol} port {local.Port} is taken by another program", e),
            SocketError.AddressNotAvailable => new(LocalNetworkError.NoSuchAddress, $"{local.Host} is not an address of this machine", e),
            SocketError.InvalidArgument when local.Host.IsV6 && local.Host.ScopeId == 0 =>
                new(LocalNetworkError.NoSuchAddress, $"{local.Host} needs its interface, as in {local.Host}%eth0", e),
            SocketError.AccessDenied => new(LocalNetworkError.NoPermission, $"no permission to use {protocol} port {local.Port}", e),
            SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported =>
                new(LocalNetworkError.FamilyUnavailable, $"this machine has no {Family(local)}", e),
            SocketError.TooManyOpenSockets =>
                new(LocalNetworkError.Other, $"cannot open {protocol} port {local.Port}: no more open files are allowed", e),
            _ => new(LocalNetworkError.Other, $"cannot use {protocol} port {local.Port}: {Text(e.SocketErrorCode)}", e),
        };

    /// <summary>The name of the address's family.</summary>
    internal static string Family(TransportAddress address) => address.Host.IsV6 ? "IPv6" : "IPv4";

    /// <summary>The system's own text for an error, which begins with a capital letter, made to fit into a line.</summary>
    internal static string Text(SocketError error)
    {
        string message = new SocketException((int)error).Message;
        return char.ToLowerInvariant(message[0]) + message[1..];
    }
}
