namespace Punch.Protocol;

/// <summary>An instruction to send the first <c>Length</c> bytes of the buffer that <see cref="IProtocol.TryTransmit"/> filled.</summary>
/// <param name="From">The local address of the socket to use. Punching depends on it.</param>
/// <param name="To">The destination.</param>
/// <param name="Length">The length of the payload in bytes. With 0 an empty datagram is sent.</param>
/// <param name="HopLimit">The TTL or hop limit; 0 is the system's default.</param>
public readonly record struct Transmit(TransportAddress From, TransportAddress To, int Length, byte HopLimit = 0);
