using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Wires;

/// <summary>The wire of 2007: plain text, one message in a datagram, from any port of the peer's hosts.</summary>
internal sealed class TextWire(IReadOnlyList<TransportAddress> remotes) : IPathWire
{
    private readonly TransportAddress[] _remotes = [.. remotes];

    /// <inheritdoc/>
    public bool IsAuthentic => false;

    /// <inheritdoc/>
    public int MaxPayload => SessionOptions.MaxSize;

    /// <inheritdoc/>
    public Arrival Read(in Datagram datagram, Span<byte> payload)
    {
        datagram.Payload.CopyTo(payload);
        return IsPeerHost(datagram.From.Host)
            ? Arrival.OfPayload(datagram.Payload)
            : new Arrival(ArrivalKind.Stranger) { Length = datagram.Payload.Length };
    }

    /// <inheritdoc/>
    public int Wrap(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        payload.CopyTo(destination);
        return payload.Length;
    }

    /// <inheritdoc/>
    public int Write(in ProbeOrder order, Span<byte> destination) => 0;

    /// <inheritdoc/>
    public int WriteGoodbye(Span<byte> destination) => 0;

    private bool IsPeerHost(HostAddress host)
    {
        foreach (TransportAddress remote in _remotes)
        {
            if (remote.Host == host) { return true; }
        }

        return false;
    }
}
