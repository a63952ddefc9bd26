namespace Punch.Protocol;

/// <summary>A received datagram. It is a ref struct, so that a machine cannot keep the receive buffer.</summary>
/// <param name="from">The source address, as the receiving socket saw it.</param>
/// <param name="to">The local address of the receiving socket, as the machine knows it; a wildcard host is normal.</param>
/// <param name="payload">The bytes; valid during the call only.</param>
public readonly ref struct Datagram(TransportAddress from, TransportAddress to, ReadOnlySpan<byte> payload)
{
    /// <summary>The source address.</summary>
    public TransportAddress From { get; } = from;

    /// <summary>The local address of the socket that received it.</summary>
    public TransportAddress To { get; } = to;

    /// <summary>The very address it was sent to, also on a wildcard; a wildcard where the system does not tell.</summary>
    public HostAddress At { get; init; }

    /// <summary>The bytes; valid during the call only.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;
}
