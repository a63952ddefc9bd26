using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net;

/// <summary>A UDP socket, made in the best way of each operating system. It is bound when constructed.</summary>
internal interface ISystemSocket : IDisposable
{
    /// <summary>
    /// The requested receive buffer in bytes. It holds a burst of some thousand small datagrams, which cost the system a kilobyte each.
    /// Bursts come if this process or one on the way had to wait.
    /// </summary>
    const int ReceiveBufferLength = 4 << 20;

    /// <summary>
    /// The requested send buffer in bytes: some milliseconds of a fast line. What waits there waits in front of everything later.
    /// </summary>
    const int SendBufferLength = 256 << 10;

    /// <summary>
    /// How long a failed receive waits, where the system refuses for a reason of its own: such a reason lasts, and asking again and again
    /// would take a whole processor.
    /// </summary>
    static readonly TimeSpan ErrorPause = TimeSpan.FromMilliseconds(5);

    /// <summary>How often the system failed to hand over what came. Any thread may read it.</summary>
    long ReceiveErrors { get; }

    /// <summary>The last such failure.</summary>
    SocketError LastReceiveError { get; }

    /// <summary>The port it is bound to.</summary>
    ushort Port { get; }

    /// <summary>Sets the TTL or hop limit of later datagrams; 0 is the system's default.</summary>
    SocketError SetHopLimit(byte hopLimit);

    /// <summary>Allows or forbids that later datagrams are cut into fragments. A system that cannot forbid it does nothing.</summary>
    SocketError SetFragments(bool areAllowed);

    /// <summary>Sends datagrams to an address of the socket's family, from an address of this machine if it is no wildcard.</summary>
    /// <param name="bytes">One datagram, or several that lie one behind the other.</param>
    /// <param name="segmentSize">Bytes of each datagram but the last, which may be shorter; 0 if there is only one.</param>
    /// <param name="to">The destination.</param>
    /// <param name="source">The local address.</param>
    SocketError Send(ReadOnlySpan<byte> bytes, int segmentSize, TransportAddress to, HostAddress source);

    /// <summary>
    /// Takes datagrams that came, after a wait for the first of at most this long. A wait of <see cref="SystemWait.LongestBlock"/> or more
    /// may end sooner.
    /// </summary>
    void Receive(ReceivedBatch batch, TimeSpan wait);

    /// <summary>A second descriptor of the socket, for another program. It lacks the options that only punch needs.</summary>
    /// <exception cref="SocketException">The system has none left.</exception>
    int Duplicate();

    /// <summary>Takes the next ICMP error.</summary>
    bool TryTakeIcmp(out IcmpReport report);
}

/// <summary>Which implementation of <see cref="ISystemSocket"/> a UDP socket has.</summary>
internal enum SocketKind
{
    /// <summary>The runtime's <see cref="Socket"/>.</summary>
    Portable,

    /// <summary>System calls of the Linux kernel.</summary>
    Linux,
}
