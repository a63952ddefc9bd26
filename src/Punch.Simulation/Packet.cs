using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>A UDP datagram on a simulated wire, or a TCP segment: the transport of the addresses says which.</summary>
/// <param name="Source">The source, as seen at this point of the way.</param>
/// <param name="Destination">The destination, as seen at this point of the way.</param>
/// <param name="HopLimit">The hops that it may still take: TTL or hop limit.</param>
/// <param name="Payload">The UDP payload, or what follows the ports of a TCP segment.</param>
public readonly record struct Packet(TransportAddress Source, TransportAddress Destination, byte HopLimit, ReadOnlyMemory<byte> Payload);
