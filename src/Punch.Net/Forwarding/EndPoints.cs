using System.Net;
using System.Net.Sockets;
using Punch.Protocol.Forwarding;

namespace Punch.Net.Forwarding;

/// <summary>Words and errors of sockets, as forwards say them.</summary>
internal static class EndPoints
{
    /// <summary>An address in words for people.</summary>
    public static string Text(EndPoint? end) => end switch
    {
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString(),
        UnixDomainSocketEndPoint unix => unix.ToString(),
        _ => end?.ToString() ?? "",
    };

    /// <summary>What an error means for the side that asked.</summary>
    public static OpenStatus Status(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => OpenStatus.Refused,
        SocketError.HostUnreachable or SocketError.HostDown => OpenStatus.Unreachable,
        SocketError.NetworkUnreachable or SocketError.NetworkDown => OpenStatus.Unreachable,
        SocketError.TimedOut => OpenStatus.TimedOut,
        SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable or SocketError.AccessDenied => OpenStatus.PortTaken,
        _ => OpenStatus.Failed,
    };
}
