using Punch.Serving;
using Punch.Serving.Rooms;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serving;

/// <summary>
/// A server with the limits of <c>punch serve</c>, attacked for a minute of virtual time. Honest parties meet there meanwhile. Each asks
/// once, without retransmission.
/// </summary>
internal sealed class Siege
{
    public const int Pairs = 20;

    private static readonly TransportAddress Endpoint = TransportAddress.Parse("203.0.113.1:3478");
    private static readonly TransportAddress EndpointV6 = TransportAddress.Parse("[2001:db8:ffff::1]:3478");
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Beat = Length / Pairs;

    private readonly byte[] _request = new byte[JoinRequest.Length];
    private readonly byte[] _buffer = new byte[ServerMachine.MaxDatagram];
    private readonly ServerMachine _server;
    private readonly MemoryRooms _rooms;
    private readonly Party _resident;
    private readonly Func<int, bool, TransportAddress> _addressOf;
    private Instant _now = Instant.At(TimeSpan.FromHours(1));
    private SplitMix64 _random = new(1);
    private bool _isAttack;

    /// <param name="maxRooms">The most rooms of the server.</param>
    /// <param name="resident">The party that waits during the whole attack.</param>
    /// <param name="addressOf">The addresses of the parties of a pair, by the pair's number and whether the party waits.</param>
    public Siege(int maxRooms, TransportAddress resident, Func<int, bool, TransportAddress> addressOf)
    {
        var options = new ServerMachineOptions { Served = [new(Endpoint), new(EndpointV6)], Key0 = 1, Key1 = 2 };
        _rooms = new MemoryRooms(maxRooms, 3, 4);
        _server = new ServerMachine(options, _rooms);
        _resident = new Party(resident, RandomBytes(16), RandomBytes(16));
        _addressOf = addressOf;
    }

    /// <summary>The resident's refreshes that got a reply: one every three seconds.</summary>
    public int Refreshed { get; private set; }

    /// <summary>The pairs that met: the first party was stored, the second was introduced, and the first got the notice.</summary>
    public int Met { get; private set; }

    /// <summary>The Binding requests of pairs that got a reply.</summary>
    public int Answered { get; private set; }

    /// <summary>Bytes that the attack sent.</summary>
    public long AttackBytes { get; private set; }

    /// <summary>The bytes that it caused to be sent, to any address.</summary>
    public long AnswerBytes { get; private set; }

    /// <summary>The most rooms at a time.</summary>
    public int MostRooms { get; private set; }

    /// <summary>The party that waits all the time.</summary>
    public Party Resident => _resident;

    public ServerStatistics Statistics => _server.Statistics;

    /// <summary>A minute, in steps of 5 ms, in each of which the attack may send.</summary>
    public void Run(Action<Siege> attack)
    {
        Assert.True(TryJoin(_resident, out _));
        Instant end = _now + Length, next = _now;
        for (int pair = 0; _now < end; _now += Step)
        {
            _isAttack = true;
            attack(this);
            _isAttack = false;
            _server.Timeout(_now);
            MostRooms = Math.Max(MostRooms, _rooms.Counts.Rooms);
            if (_now < next) { continue; }

            RunPair(pair++);
            next += Beat;
        }
    }

    /// <summary>A row of a table: what came in, what went out, and what the honest parties got.</summary>
    public string Row(string attack) =>
        $"{attack}: {AttackBytes / 60e3:F0} kB/s came, {AnswerBytes / 60e3:F0} kB/s left, {MostRooms} rooms at most; "
        + $"met {Met}, refreshed {Refreshed}, answered {Answered} of {Pairs}";

    /// <summary>Sends a datagram.</summary>
    /// <returns>The reply to its source, if there is one.</returns>
    public byte[]? Send(TransportAddress from, ReadOnlySpan<byte> datagram)
    {
        TransportAddress to = from.Host.IsV6 ? EndpointV6 : Endpoint;
        _server.Receive(new Datagram(from, to, datagram), _now);
        byte[]? reply = null;
        Noticed = null;
        AttackBytes += _isAttack ? datagram.Length : 0;
        while (_server.TryCommand(_buffer, out ServerCommand command))
        {
            AnswerBytes += _isAttack ? command.Length : 0;
            if (command.To == from) { reply ??= _buffer[..command.Length]; }
            else { Noticed = command.To; }
        }

        return reply;
    }

    /// <summary>The address that got a notice about the last datagram's sender.</summary>
    public TransportAddress? Noticed { get; private set; }

    /// <summary>Joins, with a nonce that is requested first if there is none yet.</summary>
    public bool TryJoin(Party party, out byte[] peer)
    {
        peer = [];
        for (int i = 0; i < 2; i++)
        {
            byte[]? bytes = Send(party.Address, Join(party));
            if (bytes is null || !JoinReply.TryRead(bytes, out JoinReply reply)) { return false; }

            if (!reply.Nonce.IsEmpty) { party.Nonce = reply.Nonce.ToArray(); }

            peer = reply.Peer.Party.ToArray();
            if (reply.Error is null) { return true; }
        }

        return false;
    }

    /// <summary>The bytes of a party's join.</summary>
    public ReadOnlySpan<byte> Join(Party party, bool isLeaving = false)
    {
        var join = new JoinRequest
        {
            TransactionId = TransactionId.FromBytes(RandomBytes(TransactionId.Length)),
            Room = party.Room,
            Party = party.Name,
            Day = 0,
            Sealed = isLeaving ? [] : party.Name,
            Nonce = party.Nonce,
            IsLeaving = isLeaving,
        };
        Assert.True(join.TryWrite(_request));
        return _request;
    }

    public byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) { bytes[i] = (byte)(_random.Next() >> 56); }

        return bytes;
    }

    private void RunPair(int number)
    {
        byte[] room = RandomBytes(16);
        var first = new Party(_addressOf(number, true), room, RandomBytes(16));
        var second = new Party(_addressOf(number, false), room, RandomBytes(16));
        bool isKept = TryJoin(first, out _) && first.Nonce.Length > 0;
        bool isTold = TryJoin(second, out byte[] peer) && peer.AsSpan().SequenceEqual(first.Name);
        Met += isKept && isTold && Noticed == first.Address ? 1 : 0;
        Answered += Send(first.Address, StunBytes.Request().ToArray()) is not null ? 1 : 0;
        Refreshed += TryJoin(_resident, out _) ? 1 : 0;
    }

    /// <summary>A party that joins.</summary>
    internal sealed record Party(TransportAddress Address, byte[] Room, byte[] Name)
    {
        public byte[] Nonce { get; set; } = [];
    }
}
