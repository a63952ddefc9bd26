namespace Punch.Protocol;

/// <summary>An instruction to send the first <c>Length</c> bytes of the buffer that <see cref="IProtocol.TryTransmit"/> filled.</summary>
/// <param name="From">The local address of the socket to use: punching depends on it.</param>
/// <param name="To">Where to.</param>
/// <param name="Length">Bytes of payload; 0 is an empty datagram, which is a datagram all the same.</param>
/// <param name="HopLimit">The TTL or hop limit to send with; 0 leaves the system's own.</param>
public readonly record struct Transmit(TransportAddress From, TransportAddress To, int Length, byte HopLimit = 0)
{
    /// <summary>The address of this machine to send from; a wildcard leaves the choice to the system.</summary>
    public HostAddress Source { get; init; }
}
