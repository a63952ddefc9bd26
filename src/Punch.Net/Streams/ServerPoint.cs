namespace Punch.Net.Streams;

/// <summary>What a dialer must know of a server besides its address.</summary>
/// <param name="Host">Its name or address as it was typed, in ASCII: for certificates, for HTTP, and for a proxy that looks it up.</param>
/// <param name="Port">Its port. With a proxy that is another one than the port of the address.</param>
public sealed record ServerPoint(string Host, ushort Port)
{
    /// <summary>The key that its certificate must have; null to go by the system's roots and the name.</summary>
    public CertificatePin? Pin { get; init; }

    /// <summary>Whether it is a TURN server, whose client picks the channel of each datagram itself (RFC 8656 §12).</summary>
    public bool IsTurn { get; init; }

    /// <summary>The proxy that opens a tunnel to it; null for a direct connection.</summary>
    public HttpProxy? Proxy { get; init; }
}
