using System.Net.Sockets;
using Punch.Protocol;
using Punch.Serving;

namespace Punch.Server.Sockets;

/// <summary>
/// A bound UDP socket of a server. It receives and sends many datagrams at a time where the system can. One thread uses it, except for
/// <see cref="TrySend"/>.
/// </summary>
internal interface IBatchSocket : IDisposable
{
    /// <summary>How long a receive waits at most, so that a service notices when it must stop.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    /// <summary>The most datagrams that are sent, and messages that are received, at a time.</summary>
    const int MaxBatch = 64;

    /// <summary>The longest datagram that is answered, in bytes.</summary>
    const int MaxDatagram = ServerMachine.MaxDatagram;

    /// <summary>The requested receive buffer of the system, in bytes. The system may give less.</summary>
    const int ReceiveBufferLength = 4 << 20;

    /// <summary>The bound address with the real port.</summary>
    TransportAddress Local { get; }

    /// <summary>The number of failed receives. Any thread may read it.</summary>
    long ReceiveErrors { get; }

    /// <summary>The error of the last failed receive.</summary>
    SocketError LastReceiveError { get; }

    /// <summary>The error of the last failed send. Any thread may read it.</summary>
    SocketError LastSendError { get; }

    /// <summary>Whether the queue is full: call <see cref="Flush"/>.</summary>
    bool IsFull { get; }

    /// <summary>The buffer for the next datagram, <see cref="MaxDatagram"/> bytes. Use it only if <see cref="IsFull"/> is false.</summary>
    Span<byte> Room { get; }

    /// <summary>Waits at most <see cref="LongestWait"/> for datagrams, and takes those that are there.</summary>
    /// <returns>
    /// The number of datagrams. It may be more than <see cref="MaxBatch"/> where the system hands over several together.
    /// </returns>
    int Receive();

    /// <summary>Reads a datagram of the batch.</summary>
    /// <param name="index">Its index in the batch.</param>
    /// <param name="from">The source address.</param>
    /// <param name="local">The exact destination address, also on a wildcard.</param>
    /// <param name="payload">The bytes, valid until the next batch.</param>
    /// <returns>False if it must not be answered: it was cut short, or sent to several hosts.</returns>
    bool TryGet(int index, out TransportAddress from, out HostAddress local, out ReadOnlySpan<byte> payload);

    /// <summary>Queues the datagram in <see cref="Room"/>.</summary>
    /// <param name="from">The local address to send from.</param>
    /// <param name="to">The destination.</param>
    /// <param name="length">Its length in bytes.</param>
    void Queue(in HostAddress from, in TransportAddress to, int length);

    /// <summary>Sends the queued datagrams.</summary>
    /// <returns>The number of datagrams that the system refused.</returns>
    int Flush();

    /// <summary>Sends one datagram at once. Any thread may call it.</summary>
    /// <returns>Whether the system took it.</returns>
    bool TrySend(ReadOnlySpan<byte> datagram, HostAddress from, TransportAddress to);
}
