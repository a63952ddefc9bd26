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

    /// <summary>Decides which Tells are lost on the way, in order of sending; null for none.</summary>
    public Func<bool>? LosesTell { get; init; }

    public bool IsEnded { get; private set; }

    public ReadOnlySpan<byte> Payload => default;

    public Instant? NextTimeout => null;

    public void Receive(in Datagram datagram, Instant now)
    {
        int arrival = places.ToList().IndexOf(datagram.To);
        byte[] reply = new byte[2048];
        byte[] tell = new byte[2048];
        _rendezvous.Answer(datagram.Payload, datagram.From, arrival, now, reply, tell, out RendezvousResult result);
        if (result.ReplyLength > 0) { Send(arrival, datagram.From, reply, result.ReplyLength); }

        if (result.TellCount > 0) { SendTell(result.First, tell, result.TellLength); }

        if (result.TellCount > 1) { SendTell(result.Second, tell, result.TellLength); }

        if (result.Outcome != RendezvousOutcome.Ignored) { _results.Enqueue(result); }
        else if (!datagram.To.Host.IsV6 && _stun.TryAnswer(datagram.Payload, datagram.From, arrival, reply, out StunReply answer))
        {
            Send(answer.From, answer.To, reply, answer.Length);
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
        if (!_outgoing.TryDequeue(out (Transmit Transmit, byte[] Bytes) next)) { return false; }

        next.Bytes.CopyTo(buffer);
        transmit = next.Transmit;
        return true;
    }

    public bool TryEvent([MaybeNullWhen(false)] out RendezvousResult e) => _results.TryDequeue(out e);

    private void SendTell(in TellTarget target, byte[] bytes, int length)
    {
        if (LosesTell?.Invoke() != true) { Send(target.Arrival, target.To, bytes, length); }
    }

    private void Send(int place, in TransportAddress to, byte[] bytes, int length) =>
        _outgoing.Enqueue((new Transmit(places[place], to, length), bytes[..length]));
}
