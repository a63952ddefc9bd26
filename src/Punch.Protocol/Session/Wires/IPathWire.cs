using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Wires;

/// <summary>What datagrams between the two sides look like, and what one of them shows.</summary>
internal interface IPathWire
{
    /// <summary>
    /// Whether every datagram that is read is the peer's own, and probes prove routes. Otherwise messages do, and a datagram without proof
    /// may be anybody's.
    /// </summary>
    bool IsAuthentic { get; }

    /// <summary>The longest payload, in bytes.</summary>
    int MaxPayload { get; }

    /// <summary>Reads a datagram, any bytes; never throws.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="payload">Takes the payload; at least as long as the datagram.</param>
    Arrival Read(in Datagram datagram, Span<byte> payload);

    /// <summary>Makes a datagram of a payload and returns its length; 0 when that can't be.</summary>
    int Wrap(ReadOnlySpan<byte> payload, Span<byte> destination);

    /// <summary>The same for data of the program, which may say when it leaves.</summary>
    int WrapData(ReadOnlySpan<byte> payload, Span<byte> destination, Instant now) => Wrap(payload, destination);

    /// <summary>Writes what the finder wants sent and returns its length; -1 when that can't be.</summary>
    int Write(in ProbeOrder order, Span<byte> destination);

    /// <summary>Writes the datagram that says that this side leaves; 0 where messages say so.</summary>
    int WriteGoodbye(Span<byte> destination);
}
