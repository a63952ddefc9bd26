using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;
using Punch.Simulation;

namespace Punch.Lab.Attacks;

/// <summary>
/// Somebody who sees the joins of others, and so knows rooms and parties: leaves for them, refreshes their seats to an address that it
/// has proven, and names their parties from forged addresses.
/// </summary>
internal sealed class SeatThief() : Attack("seats stolen by name", perSecond: 400)
{
    private const int Remembered = 4;

    private static readonly TransportAddress Mine = new(HostAddress.Parse("192.0.2.66"), 4000);

    private readonly List<Seat> _seats = [];
    private byte[] _nonce = [];
    private int _turn;

    public override IReadOnlyList<HostAddress> Addresses { get; } = [Mine.Host];

    public override Packet? Next(TransportAddress server, ref SplitMix64 random)
    {
        if (_seats.Count == 0) { return null; }

        Seat seat = _seats[_turn++ / Kinds % _seats.Count];
        return (_turn % Kinds) switch
        {
            0 => Join(seat, Mine, _nonce, ref random, isLeaving: true),
            1 => Join(seat, Mine, _nonce, ref random),
            2 => Join(seat, Mine, _nonce, ref random, isSeeking: true),
            3 => Join(seat, Mine, [], ref random),
            4 => Join(seat, DrawSource(ref random), [], ref random),
            _ => Make(Mine, server, seat.Datagram),
        };

        Packet Join(Seat of, TransportAddress from, byte[] nonce, ref SplitMix64 random, bool isLeaving = false, bool isSeeking = false) =>
            Make(from, server, JoinBytes.Make(of.Room, of.Party, of.Sealed, nonce, ref random, isLeaving, isSeeking));
    }

    private const int Kinds = 6;

    public override void Receive(in Packet packet)
    {
        if (JoinReply.TryRead(packet.Payload.Span, out JoinReply reply) && !reply.Nonce.IsEmpty) { _nonce = reply.Nonce.ToArray(); }
    }

    public override void Overhear(in Packet packet)
    {
        ReadOnlySpan<byte> bytes = packet.Payload.Span;
        if (JoinRequest.Read(bytes, out StunMessage _, out JoinRequest join) != JoinReading.Join || join.Sealed.IsEmpty) { return; }

        byte[] party = join.Party.ToArray();
        _seats.RemoveAll(seat => seat.Party.AsSpan().SequenceEqual(party));
        _seats.Add(new Seat(join.Room.ToArray(), party, join.Sealed.ToArray(), bytes.ToArray()));
        if (_seats.Count > Remembered) { _seats.RemoveAt(0); }
    }

    private sealed record Seat(byte[] Room, byte[] Party, byte[] Sealed, byte[] Datagram);
}
