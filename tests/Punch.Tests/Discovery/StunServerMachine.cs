using System.Diagnostics.CodeAnalysis;
using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Tests.Discovery;

/// <summary>A STUN server on a simulated host: the core, and nothing but the core.</summary>
internal sealed class StunServerMachine(IReadOnlyList<TransportAddress> endpoints) : IProtocol<StunReply>
{
    private readonly StunServerCore _core = new(new StunServerOptions { Endpoints = endpoints });
    private readonly Queue<(Transmit Transmit, byte[] Bytes)> _outgoing = [];

    public bool IsEnded { get; private set; }

    public ReadOnlySpan<byte> Payload => default;

    public Instant? NextTimeout => null;

    public void Receive(in Datagram datagram, Instant now)
    {
        byte[] reply = new byte[512];
        int receivedOn = endpoints.ToList().IndexOf(datagram.To);
        if (!_core.TryAnswer(datagram.Payload, datagram.From, receivedOn, reply, out StunReply answer)) { return; }

        _outgoing.Enqueue((new Transmit(endpoints[answer.From], answer.To, answer.Length), reply));
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
        if (!_outgoing.TryDequeue(out (Transmit Transmit, byte[] Bytes) next)) { return false; }

        next.Bytes.AsSpan(0, next.Transmit.Length).CopyTo(buffer);
        transmit = next.Transmit;
        return true;
    }

    public bool TryEvent([MaybeNullWhen(false)] out StunReply e)
    {
        e = default;
        return false;
    }
}
