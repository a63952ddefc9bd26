using System.Net.Sockets;

namespace Punch.Net.Unix;

/// <summary>Error numbers of the kernel's generic ABI that a datagram socket can give.</summary>
internal static class Errno
{
    /// <summary>EINTR.</summary>
    public const int Interrupted = 4;

    /// <summary>EAGAIN, which is EWOULDBLOCK too.</summary>
    public const int Again = 11;

    /// <summary>The name that .NET has for it.</summary>
    public static SocketError ToSocketError(int number) => number switch
    {
        1 or 13 => SocketError.AccessDenied, // EPERM (a firewall's rule), EACCES (broadcast, or a prohibiting route)
        4 => SocketError.Interrupted,
        9 => SocketError.OperationAborted, // EBADF: the socket was disposed of
        11 => SocketError.WouldBlock,
        12 or 105 => SocketError.NoBufferSpaceAvailable, // ENOMEM, ENOBUFS
        19 => SocketError.AddressNotAvailable, // ENODEV: a scope that is no interface
        22 => SocketError.InvalidArgument, // EINVAL
        24 => SocketError.TooManyOpenSockets, // EMFILE
        90 => SocketError.MessageSize, // EMSGSIZE
        97 => SocketError.AddressFamilyNotSupported, // EAFNOSUPPORT
        98 => SocketError.AddressAlreadyInUse, // EADDRINUSE
        99 => SocketError.AddressNotAvailable, // EADDRNOTAVAIL
        100 => SocketError.NetworkDown, // ENETDOWN
        101 => SocketError.NetworkUnreachable, // ENETUNREACH
        111 => SocketError.ConnectionRefused, // ECONNREFUSED
        112 => SocketError.HostDown, // EHOSTDOWN
        113 => SocketError.HostUnreachable, // EHOSTUNREACH
        _ => SocketError.SocketError,
    };
}
