using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net;

/// <summary>What about this machine's own network stands in the way.</summary>
public enum LocalNetworkError
{
    /// <summary>Another program has the local port.</summary>
    PortTaken,

    /// <summary>The local address asked for belongs to no interface.</summary>
    NoSuchAddress,

    /// <summary>The system knows no way to the remote address.</summary>
    NoRoute,

    /// <summary>The system or a local firewall forbids it.</summary>
    NoPermission,

    /// <summary>The system has no IPv4 or no IPv6.</summary>
    FamilyUnavailable,

    /// <summary>The remote address does not name a single host. The only one of these that is wrong usage.</summary>
    NotUnicast,

    /// <summary>The datagram is larger than the path or the protocol allows.</summary>
    TooLarge,

    /// <summary>Anything else; the inner exception says what.</summary>
    Other,
}

/// <summary>This machine's own network refused. The message is one lower-case line for people, without a full stop.</summary>
public sealed class LocalNetworkException(LocalNetworkError error, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What stands in the way.</summary>
    public LocalNetworkError Error { get; } = error;

    /// <summary>The words for a send that failed, as <see cref="ILoopHandler{TEvent}.OnSendFailed"/> reports it.</summary>
    /// <remarks>Lists the interfaces when the system denied access, to tell a broadcast address from a firewall: not for a hot path.</remarks>
    public static LocalNetworkException ForSend(TransportAddress to, SocketError error) => throw new NotImplementedException();
}
