using System.Net;
using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Sockets.Portable;

/// <summary>
/// A socket by means of the runtime's <see cref="Socket"/>: Windows, macOS, and everything that is not Linux. Failures arrive as
/// exceptions here, which is slow, but none is on the path of a datagram that goes well.
/// </summary>
internal sealed class PortableSocket : ISystemSocket
{
    private const int SioUdpConnReset = unchecked((int)0x9800_000C);

    private readonly bool _isV6;
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private short _systemHopLimit;
    private int _refusals;
    private long _receiveErrors;

    /// <summary>Binds.</summary>
    /// <exception cref="SocketException">The system refused.</exception>
    public PortableSocket(TransportAddress local)
    {
        _isV6 = local.Host.IsV6;
        _from = new SocketAddress(local.Host.Family);
        _to = new SocketAddress(local.Host.Family);
        Socket = new Socket(local.Host.Family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            Configure();
            Socket.Bind(new IPEndPoint(local.Host.ToIPAddress(), local.Port));
            Port = (ushort)((IPEndPoint)Socket.LocalEndPoint!).Port;
        }
        catch (SocketException)
        {
            Socket.Dispose();
            throw;
        }
    }

    public Socket Socket { get; }

    public ushort Port { get; }

    /// <summary>How often the system failed to hand over what came. Any thread may read it.</summary>
    public long ReceiveErrors => Volatile.Read(ref _receiveErrors);

    /// <summary>The last such failure.</summary>
    public SocketError LastReceiveError { get; private set; }

    public SocketError SetHopLimit(byte hopLimit)
    {
        try
        {
            if (_systemHopLimit == 0) { _systemHopLimit = Socket.Ttl; }

            Socket.Ttl = hopLimit == 0 ? _systemHopLimit : hopLimit;
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    public SocketError SetFragments(bool areAllowed)
    {
        try
        {
            // The runtime has no such option for IPv6.
            if (!_isV6) { Socket.DontFragment = !areAllowed; }
        }
        catch (SocketException)
        {
            // Then routers cut what is too large, as with all other datagrams.
        }

        return SocketError.Success;
    }

    public SocketError Send(ReadOnlySpan<byte> bytes, int segmentSize, TransportAddress to, HostAddress source)
    {
        SocketAddressCodec.Write(_to.Buffer.Span, to);
        SocketError last = SocketError.Success;
        foreach (ReadOnlySpan<byte> datagram in new Segments(bytes, segmentSize))
        {
            SocketError error = SendOnce(datagram);
            // An ICMP error for an earlier datagram may be reported in this one's place.
            if (IsIcmp(error)) { error = SendOnce(datagram); }

            if (error != SocketError.Success) { last = error; }
        }

        return last;
    }

    public void Receive(ReceivedBatch batch, TimeSpan wait)
    {
        batch.Clear();
        for (int i = 0; i < ReceivedBatch.Capacity; i++)
        {
            if (!TryReceive(batch.Messages.Buffer(i), wait, out TransportAddress from, out int length)) { return; }

            // The runtime tells the local address, but cannot send from an address of the caller's choice.
            batch.Add(new ReceivedMessage(i, from, At: default, length, SegmentSize: 0));
            wait = TimeSpan.Zero;
        }
    }

    public bool TryTakeIcmp(out IcmpReport report)
    {
        report = default;
        if (_refusals == 0) { return false; }

        _refusals--;
        return true;
    }

    public int Duplicate()
    {
        if (OperatingSystem.IsWindows()) { throw new SocketException((int)SocketError.OperationNotSupported); }

        int descriptor = Unix.LibC.Duplicate((int)Socket.Handle);
        return descriptor >= 0 ? descriptor : throw new SocketException((int)Unix.Errno.ToSocketError(-descriptor));
    }

    public void Dispose() => Socket.Dispose();

    private void Configure()
    {
        if (_isV6) { Socket.DualMode = false; }

        Socket.ReceiveBufferSize = ISystemSocket.ReceiveBufferLength;
        Socket.SendBufferSize = ISystemSocket.SendBufferLength;

        // A socket can be called readable and yet have nothing: a datagram of wrong checksum is dropped only when it is read.
        Socket.ReceiveTimeout = (int)SystemWait.LongestBlock.TotalMilliseconds;
        if (!OperatingSystem.IsWindows()) { return; }

        // Elsewhere a bound port is exclusive as long as nobody asks to share it; on Windows another program could take it over.
        Socket.ExclusiveAddressUse = true;
        // Else an ICMP error fails the next receive.
        Socket.IOControl(SioUdpConnReset, [0, 0, 0, 0], null);
    }

    private bool TryReceive(Span<byte> buffer, TimeSpan wait, out TransportAddress from, out int length)
    {
        (from, length) = (default, 0);
        try
        {
            if (!Socket.Poll(SystemWait.Microseconds(wait), SelectMode.SelectRead)) { return false; }

            length = Socket.ReceiveFrom(buffer, SocketFlags.None, _from);
            return SocketAddressCodec.TryRead(_from.Buffer.Span, _isV6, out from);
        }
        catch (SocketException e)
        {
            // Whatever it is, others caused it (an ICMP error, a datagram too large) or it passes (an interrupted call): a session goes on.
            if (IsIcmp(e.SocketErrorCode)) { _refusals++; }
            else if (!IsNormal(e.SocketErrorCode)) { Note(e.SocketErrorCode); }

            return false;
        }
    }

    private SocketError SendOnce(ReadOnlySpan<byte> datagram)
    {
        try
        {
            Socket.SendTo(datagram, SocketFlags.None, _to);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    private void Note(SocketError error)
    {
        LastReceiveError = error;
        _receiveErrors++;
        Thread.Sleep(ISystemSocket.ErrorPause);
    }

    private static bool IsNormal(SocketError error) =>
        error is SocketError.MessageSize or SocketError.Interrupted or SocketError.WouldBlock or SocketError.TimedOut;

    private static bool IsIcmp(SocketError error) =>
        error is SocketError.ConnectionReset or SocketError.NetworkReset or SocketError.ConnectionRefused or SocketError.HostUnreachable;
}
