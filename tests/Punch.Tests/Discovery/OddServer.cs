using System.Diagnostics.CodeAnalysis;
using Punch.Serving.Stun;

namespace Punch.Tests.Discovery;

/// <summary>A server that sends whatever a test wants for each request.</summary>
internal sealed class OddServer(Func<OddServer.Request, IEnumerable<OddServer.Reply>> replies) : IProtocol<StunReply>
{
    private readonly Queue<(TransportAddress From, TransportAddress To, byte[] Bytes)> _outgoing = [];

    public bool IsEnded { get; private set; }

    public ReadOnlySpan<byte> Payload => default;

    public Instant? NextTimeout => null;

    /// <summary>A success with this mapped address.</summary>
    public static Reply Success(Request request, TransportAddress mapped, TransportAddress? other = null)
    {
        byte[] buffer = new byte[200];
        StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Success, request.Id, out StunWriter writer);
        writer.TryWriteXorMappedAddress(mapped);
        if (other is { } place) { writer.TryWriteAddress(StunAttributeType.OtherAddress, place); }

        return new Reply(request.To, buffer[..writer.Length]);
    }

    /// <summary>An error.</summary>
    public static Reply Error(Request request, StunErrorCode code, TransportAddress? alternate = null)
    {
        byte[] buffer = new byte[200];
        StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Error, request.Id, out StunWriter writer);
        writer.TryWriteErrorCode(code);
        if (alternate is { } server) { writer.TryWriteAddress(StunAttributeType.AlternateServer, server); }

        return new Reply(request.To, buffer[..writer.Length]);
    }

    public void Receive(in Datagram datagram, Instant now)
    {
        StunMessage.Parse(datagram.Payload, out StunMessage message);
        foreach (Reply reply in replies(new Request(datagram.From, datagram.To, message.TransactionId)))
        {
            _outgoing.Enqueue((reply.From, datagram.From, reply.Bytes));
        }
    }

    public void Note(in NetworkNotice notice, Instant now)
    {
    }

    public void Stop(Instant now) => IsEnded = true;

    public void Timeout(Instant now)
    {
    }

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (!_outgoing.TryDequeue(out (TransportAddress From, TransportAddress To, byte[] Bytes) next)) { return false; }

        next.Bytes.CopyTo(buffer);
        transmit = new Transmit(next.From, next.To, next.Bytes.Length);
        return true;
    }

    public bool TryEvent([MaybeNullWhen(false)] out StunReply e)
    {
        e = default;
        return false;
    }

    /// <summary>A request that came.</summary>
    internal readonly record struct Request(TransportAddress From, TransportAddress To, TransactionId Id);

    /// <summary>A datagram that goes back.</summary>
    internal readonly record struct Reply(TransportAddress From, byte[] Bytes);
}
