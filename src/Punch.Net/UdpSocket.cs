using System.Net;
using System.Net.Sockets;
using Punch.Net.Linux;
using Punch.Protocol;

namespace Punch.Net;

/// <summary>
/// A bound UDP socket of one address family. It is never connected (a connected socket fails on ICMP errors that anybody can send and
/// hears only one address), never dual-mode (there the hop limit would act on IPv6 alone) and never shares its port (the system would
/// spread the datagrams over all who share it). Used from one thread.
/// </summary>
public sealed class UdpSocket : IDisposable
{
    private const int SioUdpConnReset = unchecked((int)0x9800_000C);

    private readonly IDatagramCalls _calls;
    private byte _hopLimit;
    private short _systemHopLimit;
    private bool _isDisposed;

    private UdpSocket(Socket socket, TransportAddress local, SocketCalls calls)
    {
        Socket = socket;
        Local = local;
        Calls = calls;
        Descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        _calls = calls == SocketCalls.Linux ? new LinuxCalls(socket, Descriptor) : new PortableCalls(socket);
    }

    /// <summary>The bound address with the real port, also when port 0 was asked for.</summary>
    public TransportAddress Local { get; }

    /// <summary>The runtime's socket.</summary>
    internal Socket Socket { get; }

    /// <summary>The file descriptor, which is the handle's value on Linux.</summary>
    internal int Descriptor { get; }

    /// <summary>By which system calls datagrams go.</summary>
    internal SocketCalls Calls { get; }

    private bool IsV6 => Local.Host.IsV6;

    /// <summary>Binds a socket of the family of <paramref name="local"/>.</summary>
    /// <param name="local">The local address, which may be a wildcard; port 0 takes any free one.</param>
    /// <exception cref="LocalNetworkException">The port is taken, the address is not ours, the family is missing, or the system forbids it.</exception>
    public static UdpSocket Bind(TransportAddress local) =>
        Bind(local, OperatingSystem.IsLinux() ? SocketCalls.Linux : SocketCalls.Portable);

    /// <summary>Binds as the public method does, with calls of the caller's choice, so that Linux can test both.</summary>
    internal static UdpSocket Bind(TransportAddress local, SocketCalls calls)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(local.Host.Family, SocketType.Dgram, ProtocolType.Udp);
            Configure(socket);
            socket.Bind(new IPEndPoint(local.Host.ToIPAddress(), local.Port));
            int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            return new UdpSocket(socket, local with { Port = (ushort)port }, calls);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw LocalNetworkException.ForBind(local, e);
        }
    }

    /// <summary>Sends one datagram; an empty one is a datagram too. Waits while the system's send buffer is full.</summary>
    /// <param name="datagram">The payload.</param>
    /// <param name="to">Where to, in this socket's family.</param>
    /// <param name="hopLimit">The TTL or hop limit of this datagram; 0 is the system's own.</param>
    /// <returns><see cref="SocketError.Success"/>, or why the system did not take it. An ICMP error for an earlier datagram is none.</returns>
    public SocketError Send(ReadOnlySpan<byte> datagram, TransportAddress to, byte hopLimit = 0)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (to.Host.IsV6 != IsV6) { return SocketError.AddressFamilyNotSupported; }

        SocketError error = hopLimit == _hopLimit ? SocketError.Success : SetHopLimit(hopLimit);
        return error == SocketError.Success ? _calls.Send(datagram, to) : error;
    }

    /// <summary>Takes the next datagram without waiting.</summary>
    /// <param name="buffer">Where the payload goes; 65,535 bytes hold any. A datagram larger than the buffer is dropped.</param>
    /// <param name="from">The sender.</param>
    /// <param name="length">Bytes of payload, which may be 0.</param>
    /// <returns>False when there is none.</returns>
    public bool TryReceive(Span<byte> buffer, out TransportAddress from, out int length) =>
        TryReceive(buffer, TimeSpan.Zero, out from, out length);

    /// <summary>Takes the next ICMP error that came back for a datagram of ours; false when there is none.</summary>
    public bool TryTakeIcmp(out IcmpReport report)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _calls.TryTakeIcmp(out report);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The number of a closed descriptor may belong to another file already, so no call may use it again.
        _isDisposed = true;
        Socket.Dispose();
    }

    /// <summary>Takes the next datagram, and waits for it about as long as told.</summary>
    /// <param name="buffer">Where the payload goes.</param>
    /// <param name="wait">0 to <see cref="SocketSet.LongestWait"/>; may end early without a datagram, but never late by more than a timer's error.</param>
    /// <param name="from">The sender.</param>
    /// <param name="length">Bytes of payload.</param>
    internal bool TryReceive(Span<byte> buffer, TimeSpan wait, out TransportAddress from, out int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _calls.TryReceive(buffer, wait, out from, out length);
    }

    private static void Configure(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.InterNetworkV6) { socket.DualMode = false; }

        if (!OperatingSystem.IsWindows()) { return; }

        // Elsewhere a bound port is exclusive as long as nobody asks to share it; on Windows another program could take it over.
        socket.ExclusiveAddressUse = true;
        // Else an ICMP error fails the next receive.
        socket.IOControl(SioUdpConnReset, [0, 0, 0, 0], null);
    }

    // The option stays until another limit is asked for, so a burst of priming datagrams costs two calls and all else none.
    private SocketError SetHopLimit(byte hopLimit)
    {
        try
        {
            if (_systemHopLimit == 0) { _systemHopLimit = Socket.Ttl; }

            Socket.Ttl = hopLimit == 0 ? _systemHopLimit : hopLimit;
            _hopLimit = hopLimit;
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }
}

/// <summary>By which system calls a <see cref="UdpSocket"/> works.</summary>
internal enum SocketCalls
{
    /// <summary>Those of the runtime's <see cref="Socket"/>.</summary>
    Portable,

    /// <summary>Those of the Linux kernel.</summary>
    Linux,
}
