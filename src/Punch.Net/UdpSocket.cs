using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net;

/// <summary>
/// A bound UDP socket of one address family. It is never connected (a connected socket fails on ICMP errors that anybody can send and
/// hears only one address), never dual-mode (there the hop limit would act on IPv6 alone) and never shares its port (the system would
/// spread the datagrams over all who share it). Used from one thread.
/// </summary>
public sealed class UdpSocket : IDisposable
{
    private UdpSocket(TransportAddress local) => Local = local;

    /// <summary>The bound address with the real port, also when port 0 was asked for.</summary>
    public TransportAddress Local { get; }

    /// <summary>Binds a socket of the family of <paramref name="local"/>.</summary>
    /// <param name="local">The local address, which may be a wildcard; port 0 takes any free one.</param>
    /// <exception cref="LocalNetworkException">The port is taken, the address is not ours, the family is missing, or the system forbids it.</exception>
    public static UdpSocket Bind(TransportAddress local) => throw new NotImplementedException();

    /// <summary>Sends one datagram; an empty one is a datagram too.</summary>
    /// <param name="datagram">The payload.</param>
    /// <param name="to">Where to, in this socket's family.</param>
    /// <param name="hopLimit">The TTL or hop limit; 0 is the system's own.</param>
    /// <returns><see cref="SocketError.Success"/>, or why the system did not take it. An ICMP error for an earlier datagram is none.</returns>
    public SocketError Send(ReadOnlySpan<byte> datagram, TransportAddress to, byte hopLimit = 0) => throw new NotImplementedException();

    /// <summary>Takes the next datagram without waiting.</summary>
    /// <param name="buffer">Where the payload goes; 65,535 bytes hold any. A datagram larger than the buffer is dropped.</param>
    /// <param name="from">The sender.</param>
    /// <param name="length">Bytes of payload, which may be 0.</param>
    /// <returns>False when there is none.</returns>
    public bool TryReceive(Span<byte> buffer, out TransportAddress from, out int length) => throw new NotImplementedException();

    /// <summary>Takes the next ICMP error that came back; false when there is none.</summary>
    public bool TryTakeIcmp(out IcmpReport report) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() { }
}
