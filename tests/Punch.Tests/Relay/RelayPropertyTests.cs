using Punch.Protocol.Relay;
using Punch.Serving.Relay;
using Punch.Tests.Rendezvous;
using Punch.Tests.Stun;
using Xunit;
using static Punch.Tests.Relay.RelayRig;

namespace Punch.Tests.Relay;

/// <summary>
/// Whatever comes in whatever order, from right and forged sources: nothing throws, no reply is longer than its request, and a frame or a
/// notice goes only to an address that bound itself, a frame only within one room. PUNCH_MUTATIONS sets how many operations are tried.
/// </summary>
public sealed class RelayPropertyTests
{
    private const int Rooms = 3;

    private static readonly TransportAddress[] Honest = [A, A2, B, V6, C, C with { Port = 9 }];

    // It never gets what is sent to it.
    private static readonly TransportAddress Forged = TransportAddress.Parse("192.0.2.200:7");

    private readonly RelayRig _rig = new(new RelayOptions { Limits = new RelayLimits(300, 300_000), MaxSessions = 2, HasShares = false });
    private readonly Dictionary<TransportAddress, byte> _rooms = [];
    private readonly Dictionary<TransportAddress, (long From, long Told)> _bytes = [];
    private readonly Dictionary<TransportAddress, byte[]> _cookies = [];
    private SplitMix64 _random = new(20261130);

    [Fact]
    public void Nothing_ever_leaves_to_an_address_that_did_not_bind_itself()
    {
        for (long i = 0; i < StunMutator.Count / 2; i++)
        {
            if (i % 1000 == 0) { Renew(); }

            Step();
        }

        Assert.All(_bytes, each => Assert.True(each.Value.Told <= each.Value.From, $"{each.Key} was told {each.Value}"));
        RelayStatistics all = _rig.Statistics;
        long[] reached =
        [
            all.Bound, all.Moved, all.Kept, all.Left, all.Challenged, all.Malformed, all.Unseated, all.Full, all.Spent, all.Forwarded,
            all.DroppedUnbound, all.DroppedAlone, all.DroppedRate, all.DroppedVolume, all.Notices,
        ];
        Assert.All(reached, count => Assert.NotEqual(0, count));
    }

    private void Renew()
    {
        if (_random.NextInt(8) == 0) { _rig.Wait(100 + _random.NextInt(300)); }

        _rig.Timeout();
        foreach (TransportAddress each in Honest) { _cookies[each] = _rig.NonceFor(each); }
    }

    private void Step()
    {
        TransportAddress owner = Honest[_random.NextInt(Honest.Length)];
        TransportAddress from = _random.NextInt(10) == 0 ? Forged : owner;
        byte party = (byte)(1 + _random.NextInt(3)), room = (byte)(0xA0 + (16 * _random.NextInt(Rooms)));
        switch (_random.NextInt(20))
        {
            case 0 or 1:
                var join = new JoinBytes { RoomName = JoinBytes.Name(room), PartyName = JoinBytes.Name(party), Cookie = _cookies[owner], DayNumber = _rig.Today };
                Send((_random.NextInt(2) == 0 ? join with { TicketValue = [] } : join with { LifetimeValue = [0, 0, 0, 0] }).ToArray(), from);
                break;
            case 2 or 3:
                Bind(new BindBytes { RoomName = JoinBytes.Name(room), PartyName = JoinBytes.Name(party), Cookie = _cookies[owner] }.ToArray(), from, room);
                break;
            case 4:
                byte[]? leaving = _random.NextInt(4) == 0 ? [0, 0, 0, 0] : null;
                byte[]? cookie = _random.NextInt(2) == 0 ? _cookies[owner] : null;
                Bind(Mutate(new BindBytes { RoomName = JoinBytes.Name(room), Cookie = cookie, LifetimeValue = leaving }.ToArray()), from, null);
                break;
            case 5:
                _rig.Wait(_random.NextInt(3));
                _rig.Timeout();
                break;
            case 6:
                Send(Mutate(Frame(30 + _random.NextInt(1400))), from);
                break;
            default:
                Send(Frame(30 + _random.NextInt(1400)), from);
                break;
        }
    }

    /// <summary>Notes in which room an address is bound, as far as the bytes tell.</summary>
    private void Bind(byte[] bind, TransportAddress from, byte? room)
    {
        List<Sent> sent = Send(bind, from);
        bool isBound = sent.Any(each => BindReply.TryRead(each.Bytes, out BindReply reply) && reply is { Error: null, Lifetime.Ticks: > 0 });
        if (!isBound) { return; }

        Assert.NotEqual(Forged, from);
        Assert.True(BindRequest.TryRead(bind, out BindRequest read));
        _rooms[from] = room ?? read.Room[0];
    }

    private List<Sent> Send(byte[] datagram, TransportAddress from)
    {
        _bytes[from] = (_bytes.GetValueOrDefault(from).From + datagram.Length, _bytes.GetValueOrDefault(from).Told);
        List<Sent> sent = _rig.Receive(datagram, from);
        foreach (Sent each in sent)
        {
            if (each.IsNotice) { _bytes[each.To] = (_bytes[each.To].From, _bytes[each.To].Told + each.Bytes.Length); }

            bool isFrame = ReferenceEquals(each, sent[0]) && each.Bytes[0] == 0x80;
            if (isFrame) { Assert.Equal((datagram.Length, _rooms[from]), (each.Bytes.Length, _rooms[each.To])); }
        }

        return sent;
    }

    private byte[] Mutate(byte[] bytes)
    {
        for (int i = _random.NextInt(3); i >= 0; i--) { bytes[_random.NextInt(bytes.Length)] ^= (byte)(1 << _random.NextInt(8)); }

        if (bytes[0] == 0x80 || _random.NextInt(4) == 0) { return bytes; }

        uint crc = System.IO.Hashing.Crc32.HashToUInt32(bytes.AsSpan(0, bytes.Length - 8)) ^ 0x5354554E;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), crc);
        return bytes;
    }
}
