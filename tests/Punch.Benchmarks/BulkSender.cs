using System.Buffers.Binary;
using Punch.Protocol;

namespace Punch.Benchmarks;

/// <summary>Sends datagrams as fast as they are acknowledged. What is lost counts as arrived after a while: this measures sockets.</summary>
internal sealed class BulkSender(TransportAddress local, TransportAddress remote, int segments, long total) : IProtocol<int>
{
    /// <summary>Bytes of a datagram: what an Ethernet carries over IPv4.</summary>
    public const int Size = 1472;

    // Less than the receive buffer of an unprivileged process holds, as the kernel counts.
    private const int Window = 132;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private long _sent;
    private long _acknowledged;
    private Instant _heardAt;

    public bool TakesBatches => true;

    public bool IsEnded => _acknowledged >= total;

    public Instant? NextTimeout => IsEnded ? null : _heardAt + Patience;

    public ReadOnlySpan<byte> Payload => default;

    public void Receive(in Datagram datagram, Instant now)
    {
        if (datagram.Payload.Length != sizeof(long)) { return; }

        _heardAt = now;
        _acknowledged = Math.Max(_acknowledged, BinaryPrimitives.ReadInt64BigEndian(datagram.Payload));
    }

    public void Note(in NetworkNotice notice, Instant now)
    {
    }

    public void Timeout(Instant now)
    {
        _heardAt = now;
        _sent = _acknowledged;
    }

    public void Stop(Instant now) => _acknowledged = total;

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        int count = (int)Math.Min(segments, Math.Min(Window - (_sent - _acknowledged), total - _sent));

        // Batches of a size: a window that opens by one datagram at a time would make batches of one.
        bool isWorth = count == segments || (count > 0 && _sent + count == total);
        transmit = default;
        if (!isWorth) { return false; }

        for (int i = 0; i < count; i++) { BinaryPrimitives.WriteInt64BigEndian(buffer[(i * Size)..], _sent + i); }

        _sent += count;
        transmit = new Transmit(local, remote, count * Size) { SegmentSize = count == 1 ? 0 : Size };
        return true;
    }

    public bool TryEvent(out int e)
    {
        e = 0;
        return false;
    }
}
