namespace Punch.Fuzz.Targets;

/// <summary>What <c>punch nat</c> makes of servers that answer as they like.</summary>
internal sealed class DiscoveryTarget : Target
{
    // Requests of all tests over all sockets, each sent again several times.
    private const int MostSent = 4000;

    private static readonly TransportAddress[] Servers = [TransportAddress.Parse("192.0.2.1:3478"), TransportAddress.Parse("192.0.2.9:3478")];

    private readonly byte[] _buffer = new byte[65_535];
    private readonly byte[] _message = new byte[Mutator.MaxLength + 64];
    private readonly List<(Transmit Sent, byte[] Id)> _requests = [];
    private Instant _now;
    private int _sent;

    public override string Name => "discovery";

    public override long MaxAllocation => 4 << 20;

    public override int Share => 3;

    public override int MaxLength => Script.MaxLength;

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        [0, 0x20, 0, 8, 0, 1, 0x8D, 0x53, 0xE7, 0x21, 0xC0, 0x43], [0, 1, 0, 8, 0, 1, 0x9C, 0x41, 198, 51, 100, 1],
        [0x80, 0x2C, 0, 8, 0, 1, 0x0D, 0x97, 192, 0, 2, 2], [0x80, 0x2B, 0, 8, 0, 1, 0x0D, 0x96, 192, 0, 2, 1], [0, 9, 0, 4, 0, 0, 4, 38],
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        byte[] full = [1, 1, .. Words[0], .. Words[2], .. Words[3]];
        byte[] step = [0, 0, 0, (byte)full.Length, .. full, 2, 40];
        yield return [.. Enumerable.Repeat(step, 12).SelectMany(each => each), 2, 255, 2, 255];
        yield return [0, 0, 0, 10, 1, 0x11, .. Words[4], 2, 255];
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        _requests.Clear();
        _sent = 0;
        _now = Instant.At(TimeSpan.FromSeconds(100));
        var options = new NatDiscoveryOptions
        {
            Servers = [.. Servers.Select(server => new DiscoveryServer(server, Peers.Host))],
            Sockets = [.. Enumerable.Range(0, NatDiscoveryOptions.SocketCount).Select(i => Peers.Local with { Port = (ushort)(40001 + i) })],
            IdKey = (1, 2),
            TestsHairpin = true,
        };
        var discovery = new NatDiscovery(options, _now);
        Drain(discovery);
        var script = new Script(input);
        while (!script.IsOver) { Step(discovery, ref script); }
    }

    private void Step(NatDiscovery discovery, ref Script script)
    {
        switch (script.Byte() % 4)
        {
            case 0: // a reply to one of the last requests
                byte which = script.Byte(), from = script.Byte();
                ReadOnlySpan<byte> bytes = script.Bytes();
                if (_requests.Count == 0 || bytes.Length < 2) { break; }

                (Transmit sent, byte[] id) = _requests[^(1 + (which % _requests.Count))];
                int length = StunMaker.Make((ushort)((bytes[0] << 8 | bytes[1]) & 0x3FFF), id, bytes[2..], 0, _message);
                Receive(discovery, Sender(from, sent.To), sent.From, _message.AsSpan(0, length));
                break;
            case 1:
                Receive(discovery, Sender(script.Byte(), Servers[0]), Peers.Local, script.Bytes());
                break;
            case 2:
                Pass(discovery, script.Time());
                break;
            default:
                discovery.Note(Notices.Read(ref script), _now);
                Drain(discovery);
                break;
        }
    }

    private static TransportAddress Sender(byte from, TransportAddress asked) => (from % 4) switch
    {
        1 => TransportAddress.Parse("192.0.2.2:3479"),
        2 => asked with { Port = 3479 },
        3 => Peers.Sources[from / 4 % Peers.Sources.Length],
        _ => asked,
    };

    private void Receive(NatDiscovery discovery, TransportAddress from, TransportAddress to, ReadOnlySpan<byte> bytes)
    {
        discovery.Receive(new Datagram(from, to, bytes), _now);
        Drain(discovery);
    }

    private void Pass(NatDiscovery discovery, TimeSpan time)
    {
        Instant end = _now + time;
        while (discovery.NextTimeout is { } next && next <= end)
        {
            _now = next > _now ? next : _now;
            discovery.Timeout(_now);
            Drain(discovery);
            Claim(discovery.NextTimeout is null || discovery.NextTimeout > _now);
        }

        _now = end > _now ? end : _now;
    }

    private void Drain(NatDiscovery discovery)
    {
        while (discovery.TryTransmit(_buffer, out Transmit transmit))
        {
            Claim(++_sent <= MostSent);
            if (transmit.Length >= StunMaker.HeaderLength) { _requests.Add((transmit, _buffer.AsSpan(8, 12).ToArray())); }
        }

        while (discovery.TryEvent(out _)) { }
    }
}
