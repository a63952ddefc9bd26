namespace Punch.Net.Unix;

/// <summary>A socket option of ip(7) or ipv6(7) whose value is a number.</summary>
internal readonly record struct SocketOption(int Level, int Name)
{
    private const int Socket = 1;
    private const int IP = 0;
    private const int IPv6 = 41;

    /// <summary>IP_TTL; -1 is the system's default.</summary>
    public static readonly SocketOption HopLimitV4 = new(IP, 2);

    /// <summary>IPV6_UNICAST_HOPS; -1 is the system's default.</summary>
    public static readonly SocketOption HopLimitV6 = new(IPv6, 16);

    /// <summary>IP_RECVERR; turning it off empties the error queue.</summary>
    public static readonly SocketOption ReceiveErrorsV4 = new(IP, 11);

    /// <summary>IPV6_RECVERR; turning it off empties the error queue.</summary>
    public static readonly SocketOption ReceiveErrorsV6 = new(IPv6, 25);

    /// <summary>IP_MTU_DISCOVER: whether datagrams may be cut into fragments.</summary>
    public static readonly SocketOption PathMtuDiscoveryV4 = new(IP, 10);

    /// <summary>IPV6_MTU_DISCOVER: whether datagrams may be cut into fragments.</summary>
    public static readonly SocketOption PathMtuDiscoveryV6 = new(IPv6, 23);

    /// <summary>IPV6_V6ONLY.</summary>
    public static readonly SocketOption V6Only = new(IPv6, 26);

    /// <summary>IP_PKTINFO: each datagram comes with its local destination address.</summary>
    public static readonly SocketOption PacketInfoV4 = new(IP, 8);

    /// <summary>IPV6_RECVPKTINFO: each datagram comes with its local destination address.</summary>
    public static readonly SocketOption PacketInfoV6 = new(IPv6, 49);

    /// <summary>SO_REUSEPORT: sockets of one user that all have it may share a port. The kernel spreads clients over them.</summary>
    public static readonly SocketOption ReusePort = new(Socket, 15);

    /// <summary>SO_SNDBUF; the kernel limits it to net.core.wmem_max.</summary>
    public static readonly SocketOption SendBuffer = new(Socket, 7);

    /// <summary>SO_RCVBUF; the kernel limits it to net.core.rmem_max.</summary>
    public static readonly SocketOption ReceiveBuffer = new(Socket, 8);

    /// <summary>SO_RCVBUFFORCE: the same without that limit; it needs CAP_NET_ADMIN.</summary>
    public static readonly SocketOption ReceiveBufferForced = new(Socket, 33);
}
