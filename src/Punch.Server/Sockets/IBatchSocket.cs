using System.Net.Sockets;
using Punch.Protocol;
using Punch.Serving;

namespace Punch.Server.Sockets;

/// <summary>
/// A bound UDP socket of a server, which takes datagrams and sends answers many at a time where the system can. Bound when constructed.
/// Used by one thread, but for <see cref="TrySend"/>.
/// </summary>
internal interface IBatchSocket : IDisposable
{
    /// <summary>How long a receive waits, so that a service notices its end.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    /// <summary>The most datagrams of one batch.</summary>
    const int MaxBatch = 64;

    /// <summary>The longest datagram that is taken, in bytes.</summary>
    const int MaxDatagram = ServerMachine.MaxDatagram;

    /// <summary>What is asked of the system for datagrams that wait; it may give less.</summary>
    const int ReceiveBufferLength = 4 << 20;

    /// <summary>The bound address with the real port.</summary>
    TransportAddress Local { get; }

    /// <summary>How often the system failed to hand over what came. Any thread may read it.</summary>
    long ReceiveErrors { get; }

    /// <summary>The last such failure.</summary>
    SocketError LastReceiveError { get; }

    /// <summary>Why the system did not take a datagram, the last time it did not. Any thread may read it.</summary>
    SocketError LastSendError { get; }

    /// <summary>Whether as much is queued as there is room for: <see cref="Flush"/> it.</summary>
    bool IsFull { get; }

    /// <summary>Where the next datagram is to be composed unless <see cref="IsFull"/>; <see cref="MaxDatagram"/> bytes.</summary>
    Span<byte> Room { get; }

    /// <summary>Waits for datagrams, at most <see cref="LongestWait"/>, and takes those that are there.</summary>
    /// <returns>How many there are, 0 to <see cref="MaxBatch"/>.</returns>
    int Receive();

    /// <summary>A datagram of the batch.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="local">The very address it was sent to, also on a wildcard.</param>
    /// <param name="payload">The bytes, until the next batch.</param>
    /// <returns>False when it is not one to answer: cut short, or sent to more hosts than this.</returns>
    bool TryGet(int index, out TransportAddress from, out HostAddress local, out ReadOnlySpan<byte> payload);

    /// <summary>Queues the datagram that was composed in <see cref="Room"/>.</summary>
    /// <param name="from">The local address to send from.</param>
    /// <param name="to">Where to.</param>
    /// <param name="length">Bytes of it.</param>
    void Queue(in HostAddress from, in TransportAddress to, int length);

    /// <summary>Sends what is queued.</summary>
    /// <returns>How many of them the system refused.</returns>
    int Flush();

    /// <summary>Sends one datagram at once. Any thread may call it.</summary>
    /// <returns>Whether the system took it.</returns>
    bool TrySend(ReadOnlySpan<byte> datagram, HostAddress from, TransportAddress to);
}
