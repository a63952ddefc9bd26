using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net;

/// <summary>The calls of a <see cref="UdpSocket"/> that happen for every datagram, as each operating system does them best.</summary>
internal interface IDatagramCalls
{
    /// <inheritdoc cref="UdpSocket.Send"/>
    SocketError Send(ReadOnlySpan<byte> datagram, TransportAddress to);

    /// <inheritdoc cref="UdpSocket.TryReceive(Span{byte}, TimeSpan, out TransportAddress, out int)"/>
    bool TryReceive(Span<byte> buffer, TimeSpan wait, out TransportAddress from, out int length);

    /// <inheritdoc cref="UdpSocket.TryTakeIcmp"/>
    bool TryTakeIcmp(out IcmpReport report);
}
