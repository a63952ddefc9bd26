using System.Buffers.Binary;
using System.IO.Hashing;
using Punch.Protocol.Relay;
using Punch.Serving;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Punch.Tests.Rendezvous;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Relay;

/// <summary>
/// An adversary sends anything from any address, with every nonce that it can have seen, beside honest parties that meet and are relayed.
/// The model is the set of addresses that sent back a nonce which the server gave to them. All that is sent is one reply to where a request
/// came from, no longer than it, or goes to an address of that set. PUNCH_MUTATIONS sets how many datagrams come in.
/// </summary>
public sealed class ForgedSourceTests
{
    private const int Rooms = 3;
    private const int Forgeries = 64;
    private const int PeriodLength = 1000;
    private const int LifeLength = 50_000;

    // A short request of RFC 3489 or 5389 may have a reply that is longer by one address: StunReplySize.NeverLarger.
    private const int AddressLength = 24;

    private static readonly TransportAddress[] Honest = [RelayRig.A, RelayRig.A2, RelayRig.B, RelayRig.V6, RelayRig.C];

    // What is sent to them never reaches the adversary. Some share a host with an honest party.
    private static readonly TransportAddress[] Forged =
    [
        .. Enumerable.Range(1, Forgeries).Select(i => i % 4 == 0
            ? TransportAddress.Parse($"[2001:db8:{i:x}::1]:{1000 + i}")
            : TransportAddress.Parse($"198.18.{i}.{i}:{1000 + i}")),
        .. Honest.Select(each => each with { Port = (ushort)(each.Port + 1) }),
    ];

    private readonly byte[] _buffer = new byte[65_535];
    private readonly byte[] _made = new byte[StunMutator.BufferLength];
    private readonly HashSet<TransportAddress> _proven = [];
    private readonly Dictionary<TransportAddress, byte[]> _nonces = [];
    private ServerMachine _machine = null!;
    private RelayTable _relay = null!;
    private SplitMix64 _random = new(20261201);
    private Instant _now = Instant.At(TimeSpan.FromSeconds(1000));
    private long _forwarded;
    private long _notices;
    private long _fromForged;
    private long _replies;

    [Fact]
    public void No_mutation_from_any_source_has_anything_sent_to_an_address_that_did_not_prove_itself()
    {
        for (long i = 0; i < StunMutator.Count; i++)
        {
            if (i % LifeLength == 0) { Restart(); }

            if (i % PeriodLength == 0) { Renew(isLast: i % LifeLength == LifeLength - PeriodLength); }

            Step();
        }

        Assert.All(new[] { _forwarded, _notices, _fromForged, _replies }, count => Assert.NotEqual(0, count));
        Assert.All(Forged, each => Assert.DoesNotContain(each, _proven));
    }

    private void Restart()
    {
        var rooms = new MemoryRooms(64, _random.Next(), _random.Next(), hasShares: false);
        _relay = new RelayTable(
            new RelayOptions { Limits = new RelayLimits(3000, 3_000_000), MaxSessions = 2, HasShares = false }, _random.Next(), _random.Next());
        _machine = new ServerMachine(
            new ServerMachineOptions
            {
                Served = [new ServedEndpoints(RelayRig.Front, RelayRig.Alternate), new ServedEndpoints(RelayRig.ServerV6)],
                Key0 = _random.Next(),
                Key1 = _random.Next(),
                Limit = null,
                JoinLimit = null,
            },
            rooms,
            _relay);
        _proven.Clear();
    }

    /// <summary>Lets time pass, and gives the honest parties new nonces. Before the last period the relay says that it stops.</summary>
    private void Renew(bool isLast)
    {
        _now += TimeSpan.FromSeconds(_random.NextInt(8) == 0 ? 100 + _random.NextInt(300) : _random.NextInt(3));
        if (isLast) { _relay.Drain(TimeSpan.FromSeconds(5), _now); }

        for (int i = 0; i < 10 && _machine.NextTimeout <= _now; i++)
        {
            _machine.Timeout(_now);
            Check(default, default, 0);
        }

        foreach (TransportAddress each in Honest)
        {
            byte[] cold = new JoinBytes { RoomName = JoinBytes.Name(0xEE), PartyName = JoinBytes.Name(0xEF), DayNumber = Today }.ToArray();
            _machine.Receive(new Datagram(each, Served(each), cold), _now);
            while (_machine.TryTransmit(_buffer, out Transmit reply))
            {
                Assert.Equal(each, reply.To);
                Assert.True(JoinReply.TryRead(_buffer.AsSpan(0, reply.Length), out JoinReply read));
                _nonces[each] = read.Nonce.ToArray();
            }
        }
    }

    private uint Today => (uint)(_now.Ticks / TimeSpan.TicksPerDay);

    private void Step()
    {
        TransportAddress party = Honest[_random.NextInt(Honest.Length)];
        TransportAddress from = _random.NextInt(3) == 0 ? Forged[_random.NextInt(Forged.Length)] : party;
        ReadOnlySpan<byte> datagram = Make(party);
        TransportAddress to = _random.NextInt(16) == 0 && !from.Host.IsV6 ? RelayRig.Alternate : Served(from);
        if (datagram.IndexOf(_nonces[party]) >= 0 && from == party) { _proven.Add(from); }

        if (from != party) { _fromForged++; }

        _machine.Receive(new Datagram(from, to, datagram), _now);
        Check(from, to, datagram.Length);
    }

    /// <summary>A datagram with the nonce of a party, as the party sends it or changed.</summary>
    private ReadOnlySpan<byte> Make(TransportAddress party)
    {
        byte[] room = JoinBytes.Name((byte)(0xA0 + (16 * _random.NextInt(Rooms)))), name = JoinBytes.Name((byte)(1 + _random.NextInt(3)));
        byte[]? leaving = _random.NextInt(12) == 0 ? [0, 0, 0, 0] : null;
        return _random.NextInt(10) switch
        {
            0 or 1 => Mutate(new JoinBytes
            {
                RoomName = room,
                PartyName = name,
                Cookie = _nonces[party],
                TicketValue = [],
                LifetimeValue = leaving,
                DayNumber = Today,
            }.ToArray()),
            2 or 3 => Mutate(new BindBytes { RoomName = room, PartyName = name, Cookie = _nonces[party], LifetimeValue = leaving }.ToArray()),
            4 => _made.AsSpan(0, StunMutator.Make(_random.Next(), _made)),
            _ => Mutate(RelayRig.Frame(30 + _random.NextInt(300))),
        };
    }

    private byte[] Mutate(byte[] bytes)
    {
        if (_random.NextInt(2) == 0) { return bytes; }

        for (int i = _random.NextInt(4); i >= 0; i--) { bytes[_random.NextInt(bytes.Length)] ^= (byte)(1 << _random.NextInt(8)); }

        if (bytes[0] == 0x80 || _random.NextInt(4) == 0) { return bytes; }

        uint crc = Crc32.HashToUInt32(bytes.AsSpan(0, bytes.Length - 8)) ^ 0x5354554E;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), crc);
        return bytes;
    }

    /// <summary>Holds everything that is sent to the model.</summary>
    /// <param name="from">Where the datagram came from; default if none came.</param>
    /// <param name="to">Where it came to.</param>
    /// <param name="length">Its length in bytes.</param>
    private void Check(TransportAddress from, TransportAddress to, int length)
    {
        int replies = 0;
        while (_machine.TryTransmit(_buffer, out Transmit sent))
        {
            // RFC 5780 §7.5: RESPONSE-PORT may ask for the reply at another port of the same host.
            bool isReply = length > 0 && sent.To.Host == from.Host && (sent.To == from || _buffer[0] != 0x80) && !IsNotice(_buffer);
            if (isReply && (_buffer[0] & 0x80) == 0)
            {
                replies++;
                _replies++;
                Assert.True(replies == 1 && sent.Length <= length + AddressLength, $"{sent.Length} bytes to {sent.To} for {length} from {from}");
                continue;
            }

            Assert.True(_proven.Contains(sent.To), $"{sent.Length} bytes to {sent.To} for {length} bytes from {from} to {to}");
            if (IsNotice(_buffer)) { _notices++; }
            else { _forwarded++; }
        }
    }

    private static bool IsNotice(ReadOnlySpan<byte> bytes) => bytes[0] == 0x02 && (bytes[1] & 0x10) != 0;

    private static TransportAddress Served(in TransportAddress from) => from.Host.IsV6 ? RelayRig.ServerV6 : RelayRig.Front;
}
