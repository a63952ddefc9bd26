using System.Net.Sockets;

namespace Punch.Net.Unix;

/// <summary>Error numbers. Without another remark, they are those of the generic ABI of the Linux kernel.</summary>
internal static class Errno
{
    /// <summary>ENOENT, on every Unix.</summary>
    public const int NoSuchFile = 2;

    /// <summary>EINTR, on every Unix.</summary>
    public const int Interrupted = 4;

    /// <summary>EIO, on every Unix.</summary>
    public const int InputOutput = 5;

    /// <summary>EBADF, on every Unix.</summary>
    public const int BadDescriptor = 9;

    /// <summary>ENOTDIR, on every Unix.</summary>
    public const int NotADirectory = 20;

    /// <summary>EPERM, on every Unix.</summary>
    public const int NotPermitted = 1;

    /// <summary>ENFILE, on every Unix.</summary>
    public const int TooManyFilesInSystem = 23;

    /// <summary>EMFILE, on every Unix.</summary>
    public const int TooManyFiles = 24;

    /// <summary>EINVAL, on every Unix.</summary>
    public const int InvalidArgument = 22;

    /// <summary>EMSGSIZE.</summary>
    public const int MessageSize = 90;

    /// <summary>ENOPROTOOPT.</summary>
    public const int NoSuchOption = 92;

    /// <summary>EOPNOTSUPP.</summary>
    public const int NotSupported = 95;

    /// <summary>ENOSYS: the system has no such call, or a sandbox hides it.</summary>
    public const int NoSuchCall = 38;

    /// <summary>ENOSPC, on every Unix.</summary>
    public const int NoSpace = 28;

    /// <summary>EPIPE, on every Unix.</summary>
    public const int BrokenPipe = 32;

    /// <summary>EAGAIN, which is EWOULDBLOCK too.</summary>
    public const int Again = 11;

    /// <summary>EAGAIN of this Unix.</summary>
    public static int AgainHere => OperatingSystem.IsLinux() ? Again : 35;

    /// <summary>The .NET name of a socket's error number.</summary>
    public static SocketError ToSocketError(int number) => number switch
    {
        1 or 13 => SocketError.AccessDenied, // EPERM (a firewall's rule), EACCES (broadcast, or a prohibiting route)
        4 => SocketError.Interrupted,
        9 => SocketError.OperationAborted, // EBADF: the socket was disposed of
        11 => SocketError.WouldBlock,
        12 or 105 => SocketError.NoBufferSpaceAvailable, // ENOMEM, ENOBUFS
        19 => SocketError.AddressNotAvailable, // ENODEV: a scope that is not an interface
        22 => SocketError.InvalidArgument, // EINVAL
        14 => SocketError.Fault, // EFAULT
        23 or 24 => SocketError.TooManyOpenSockets, // ENFILE, EMFILE
        38 or 95 => SocketError.OperationNotSupported, // ENOSYS (a sandbox), EOPNOTSUPP
        88 => SocketError.NotSocket, // ENOTSOCK
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
