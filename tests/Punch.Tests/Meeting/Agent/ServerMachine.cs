using System.Diagnostics.CodeAnalysis;
using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Tests.Meeting.Agent;

/// <summary><c>punch serve</c> on a simulated host: the rendezvous and STUN cores on the same places, and nothing but the cores.</summary>
internal sealed class ServerMachine(IReadOnlyList<TransportAddress> places, ulong secret) : IProtocol<RendezvousResult>
{
    private readonly RendezvousCore _rendezvous = new(new RendezvousOptions { Key0 = secret, Key1 = secret + 1, Limit = null });
    private readonly StunServerCore _stun = new(new StunServerOptions { Endpoints = [.. places.Where(place => !place.Host.IsV6)] });
    private readonly Queue<(Transmit Transmit, byte[] Bytes)> _outgoing = [];
    private readonly Queue<RendezvousResult> _results = [];

    /// <summary>Decides which notices are lost on the way, in order of sending; null for none.</summary>
    public Func<bool>? LosesNotice { get; init; }

    public Instant? NextTimeout => null;

    public void Receive(in Datagram datagram, Instant now)
    {
        int arrival = places.ToList().IndexOf(datagram.To);
        byte[] reply = new byte[2048];
        byte[] notice = new byte[2048];
        _rendezvous.Answer(datagram.Payload, datagram.From, arrival, now, reply, notice, out RendezvousResult result);
        if (result.ReplyLength > 0) { Send(arrival, datagram.From, reply, result.ReplyLength); }

        if (result.NoticeCount > 0) { SendNotice(result.First, notice, result.NoticeLength); }

        if (result.NoticeCount > 1) { SendNotice(result.Second, notice, result.NoticeLength); }

        if (result.Outcome != RendezvousOutcome.Ignored) { _results.Enqueue(result); }
        else if (!datagram.To.Host.IsV6 && _stun.TryAnswer(datagram.Payload, datagram.From, arrival, reply, out StunReply answer))
        {
            Send(answer.From, answer.To, reply, answer.Length);
        }
    }

    public void Timeout(Instant now)
    {
    }

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (!_outgoing.TryDequeue(out (Transmit Transmit, byte[] Bytes) next)) { return false; }

        next.Bytes.CopyTo(buffer);
        transmit = next.Transmit;
        return true;
    }

    public bool TryEvent([MaybeNullWhen(false)] out RendezvousResult e) => _results.TryDequeue(out e);

    private void SendNotice(in NoticeTarget target, byte[] bytes, int length)
    {
        if (LosesNotice?.Invoke() != true) { Send(target.Arrival, target.To, bytes, length); }
    }

    private void Send(int place, in TransportAddress to, byte[] bytes, int length) =>
        _outgoing.Enqueue((new Transmit(places[place], to, length), bytes[..length]));
}
