using System.Buffers.Binary;
using Punch.Protocol;

namespace Punch.Benchmarks;

/// <summary>Counts datagrams, and acknowledges them whenever it is drained.</summary>
internal sealed class BulkReceiver(TransportAddress local, TransportAddress remote, long total) : IProtocol<int>
{
    private long _next;
    private bool _owesAcknowledgement;

    public long Acknowledgements { get; private set; }

    public bool TakesBatches => true;

    public bool IsEnded => _next >= total && !_owesAcknowledgement;

    public Instant? NextTimeout => null;

    public ReadOnlySpan<byte> Payload => default;

    public void Receive(in Datagram datagram, Instant now)
    {
        _next = Math.Max(_next, BinaryPrimitives.ReadInt64BigEndian(datagram.Payload) + 1);
        _owesAcknowledgement = true;
    }

    public void Note(in NetworkNotice notice, Instant now)
    {
    }

    public void Timeout(Instant now)
    {
    }

    public void Stop(Instant now) => _next = total;

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (!_owesAcknowledgement) { return false; }

        _owesAcknowledgement = false;
        Acknowledgements++;
        BinaryPrimitives.WriteInt64BigEndian(buffer, _next);
        transmit = new Transmit(local, remote, sizeof(long));
        return true;
    }

    public bool TryEvent(out int e)
    {
        e = 0;
        return false;
    }
}
