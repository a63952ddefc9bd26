namespace Punch.Protocol;

/// <summary>An instruction to send the first <c>Length</c> bytes of the buffer that <see cref="IProtocol.TryTransmit"/> filled.</summary>
/// <param name="From">The local address of the socket to use: punching depends on it.</param>
/// <param name="To">Where to.</param>
/// <param name="Length">Bytes of payload; 0 is an empty datagram, which is a datagram all the same.</param>
/// <param name="HopLimit">The TTL or hop limit to send with; 0 leaves the system's own.</param>
public readonly record struct Transmit(TransportAddress From, TransportAddress To, int Length, byte HopLimit = 0)
{
    /// <summary>The most datagrams of one instruction. Every Linux kernel since 4.18 cuts that many in one call.</summary>
    public const int MaxSegments = 44;

    /// <summary>The most bytes of one instruction: an IPv4 packet, less its headers.</summary>
    public const int MaxLength = 65_507;

    /// <summary>The address of this machine to send from; a wildcard leaves the choice to the system.</summary>
    public HostAddress Source { get; init; }

    /// <summary>
    /// Bytes of each datagram, if the payload is several that lie one behind the other. The last may be shorter. 0 means one datagram.
    /// </summary>
    public int SegmentSize { get; init; }

    /// <summary>
    /// Whether neither a router nor the system may cut it into fragments. A datagram that is too large for the path is lost then, without
    /// a notice.
    /// </summary>
    public bool DontFragment { get; init; }

    /// <summary>The datagrams in the buffer that was filled.</summary>
    public Segments Datagrams(ReadOnlySpan<byte> buffer) => new(buffer[..Length], SegmentSize);
}
