using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Simulation;

namespace Punch.Lab.Attacks;

/// <summary>One customer with a /48 of IPv6, who proves an address in each /56 of it and takes rooms until none is left.</summary>
internal sealed class RoomHoarder() : Attack("one /48 that takes rooms", perSecond: 1500)
{
    private const int Prefixes = 256;

    private readonly Dictionary<HostAddress, byte[]> _nonces = [];
    private int _turn;

    public override IReadOnlyList<HostAddress> Addresses { get; } =
        [.. Enumerable.Range(0, Prefixes).Select(i => HostAddress.Parse($"2001:db8:bad:{i:x2}00::1"))];

    public override Packet? Next(TransportAddress server, ref SplitMix64 random)
    {
        if (!server.Host.IsV6) { return null; }

        var from = new TransportAddress(Addresses[_turn++ % Prefixes], 4000);
        byte[] nonce = _nonces.GetValueOrDefault(from.Host, []);
        return Make(from, server, JoinBytes.Make(Draw(16, ref random), Draw(16, ref random), Draw(300, ref random), nonce, ref random));
    }

    public override void Receive(in Packet packet)
    {
        if (!JoinReply.TryRead(packet.Payload.Span, out JoinReply reply) || reply.Nonce.IsEmpty) { return; }

        _nonces[packet.Destination.Host] = reply.Nonce.ToArray();
    }
}
