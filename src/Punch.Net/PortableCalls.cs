using System.Net;
using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net;

/// <summary>
/// Datagram calls through the runtime's <see cref="Socket"/>: Windows, macOS, and everything that is not Linux. Failures arrive as
/// exceptions here, which is slow, but none is on the path of a datagram that goes well.
/// </summary>
internal sealed class PortableCalls : IDatagramCalls
{
    private readonly Socket _socket;
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private int _refusals;

    public PortableCalls(Socket socket)
    {
        _socket = socket;
        _from = new SocketAddress(socket.AddressFamily);
        _to = new SocketAddress(socket.AddressFamily);
        // A socket can be called readable and yet have nothing: the system drops a datagram of wrong checksum only when it is read.
        socket.ReceiveTimeout = (int)SocketSet.LongestWait.TotalMilliseconds;
    }

    private bool IsV6 => _socket.AddressFamily == AddressFamily.InterNetworkV6;

    public SocketError Send(ReadOnlySpan<byte> datagram, TransportAddress to)
    {
        SocketAddressCodec.Write(_to.Buffer.Span, to);
        SocketError error = SendOnce(datagram);
        // An ICMP error for an earlier datagram may be reported in this one's place.
        return IsIcmp(error) ? SendOnce(datagram) : error;
    }

    public bool TryReceive(Span<byte> buffer, TimeSpan wait, out TransportAddress from, out int length)
    {
        (from, length) = (default, 0);
        try
        {
            if (!_socket.Poll(SocketSet.Milliseconds(wait) * 1000, SelectMode.SelectRead)) { return false; }

            _from.Size = _from.Buffer.Length;
            length = _socket.ReceiveFrom(buffer, SocketFlags.None, _from);
            return SocketAddressCodec.TryRead(_from.Buffer.Span, IsV6, out from);
        }
        catch (SocketException e)
        {
            // Whatever it is, others caused it (an ICMP error, a datagram too large) or it passes (an interrupted call): a session goes on.
            if (IsIcmp(e.SocketErrorCode)) { _refusals++; }

            return false;
        }
    }

    public bool TryTakeIcmp(out IcmpReport report)
    {
        report = default;
        if (_refusals == 0) { return false; }

        _refusals--;
        return true;
    }

    private SocketError SendOnce(ReadOnlySpan<byte> datagram)
    {
        try
        {
            _socket.SendTo(datagram, SocketFlags.None, _to);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    private static bool IsIcmp(SocketError error) =>
        error is SocketError.ConnectionReset or SocketError.NetworkReset or SocketError.ConnectionRefused or SocketError.HostUnreachable;
}
