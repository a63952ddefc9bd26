using System.Buffers.Binary;
using Punch.Serving;
using Punch.Serving.Rooms;

namespace Punch.Fuzz.Targets;

/// <summary>The server: datagrams from several addresses, connections cut anywhere, time, and the nonces that it gave.</summary>
internal sealed class ServerTarget : Target
{
    // An answer to a short request may be longer by one address: StunReplySize.NeverLarger.
    private const int AddressLength = 12;

    private static readonly TransportAddress[] Endpoints =
    [
        TransportAddress.Parse("192.0.2.1:3478"), TransportAddress.Parse("192.0.2.1:3479"), TransportAddress.Parse("192.0.2.2:3478"),
        TransportAddress.Parse("192.0.2.2:3479"),
    ];

    private static readonly TransportAddress[] Clients =
    [
        TransportAddress.Parse("198.51.100.1:1001"), TransportAddress.Parse("203.0.113.2:2002"), TransportAddress.Parse("203.0.113.3:3003"),
        TransportAddress.Parse("203.0.113.4:0"),
    ];

    private readonly byte[] _message = new byte[Mutator.MaxLength + 64];
    private readonly byte[] _buffer = new byte[65_535];
    private readonly byte[][] _nonces = new byte[Clients.Length][];
    private Instant _now;

    public override string Name => "server";

    // The tables of limits alone have four megabytes.
    public override long MaxAllocation => 5 << 20;

    public override int Share => 3;

    public override int MaxLength => Script.MaxLength;

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        [0xFF, 0x60, 0, 16, .. new byte[16]], [0xFF, 0x61, 0, 16, .. new byte[16]], [0xFF, 0x62, 0, 8, .. new byte[8]], [0xFF, 0x63, 0, 0],
        [0, 0x0D, 0, 4, 0, 0, 0, 0], [0, 3, 0, 4, 0, 0, 0, 6], [0, 0x26, 0, 16, .. new byte[16]], [0, 0x27, 0, 4, 0, 80, 0, 0],
        [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. new byte[12]], [0, 1, 0, 0, .. new byte[16]],
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        byte[] first = [.. Words[0], .. Words[1], .. Words[2]];
        byte[] second = [.. Words[0], 0xFF, 0x61, 0, 16, 9, .. new byte[15], .. Words[2]];
        byte[] leave = [.. Words[0], .. Words[1], .. Words[4]];
        yield return
        [
            0, 2, 0, (byte)first.Length, .. first, 3, 0, (byte)first.Length, .. first, 2, 1, (byte)second.Length, .. second, 3, 1,
            (byte)second.Length, .. second, 7, 200, 3, 0, (byte)leave.Length, .. leave, 7, 255,
        ];
        yield return [1, 0, 0, 20, .. Words[8], 0, 1, 20, .. Words[9], 1, 0, 10, 0, 1, .. Words[5], 4, 0, 5, 0, 20, .. Words[8], 5, 0, 5, 1, 2, 3, 4, 5, 6, 0, 7, 255];
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var script = new Script(input);
        ServerMachine server = Make(isLimited: script.Byte() % 8 == 0);
        Array.Clear(_nonces);
        _now = Instant.At(TimeSpan.FromSeconds(1000));
        while (!script.IsOver) { Step(server, ref script); }
    }

    // The tables of limits have megabytes, which most runs do without.
    private static ServerMachine Make(bool isLimited)
    {
        var options = new ServerMachineOptions { Served = [new ServedEndpoints(Endpoints)], Key0 = 1, Key1 = 2 };
        if (!isLimited) { options = options with { Limit = null, JoinLimit = null }; }

        return new ServerMachine(options, new MemoryRooms(4, 3, 4));
    }

    private void Step(ServerMachine server, ref Script script)
    {
        switch (script.Byte() % 8)
        {
            case 0:
                Send(server, script.Byte(), script.Bytes());
                break;
            case 1:
                byte who = script.Byte();
                ReadOnlySpan<byte> bytes = script.Bytes();
                if (bytes.Length < 2) { break; }

                Send(server, who, _message.AsSpan(0, StunMaker.Make(BinaryPrimitives.ReadUInt16BigEndian(bytes), "fuzz"u8, bytes[2..], 0, _message)));
                break;
            case 2:
                Join(server, script.Byte(), [], script.Bytes());
                break;
            case 3:
                byte joining = script.Byte();
                Join(server, joining, _nonces[joining % Clients.Length] ?? [], script.Bytes());
                break;
            case 4:
                byte opening = script.Byte();
                server.Open(opening, Endpoints[opening % Endpoints.Length], Clients[opening % Clients.Length], _now);
                Drain(server, int.MaxValue);
                break;
            case 5:
                server.ReceiveStream(script.Byte(), script.Bytes(), _now);
                Drain(server, int.MaxValue);
                break;
            case 6:
                server.Closed(script.Byte());
                Drain(server, int.MaxValue);
                break;
            default:
                Pass(server, script.Time());
                break;
        }
    }

    private void Join(ServerMachine server, byte who, byte[] nonce, ReadOnlySpan<byte> attributes)
    {
        Span<byte> all = stackalloc byte[300];
        int length = 0;
        if (nonce.Length > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(all, 0x0015);
            BinaryPrimitives.WriteUInt16BigEndian(all[2..], (ushort)nonce.Length);
            nonce.CopyTo(all[4..]);
            length = 4 + ((nonce.Length + 3) & ~3);
        }

        // DAY: today, unless the script names another before.
        attributes.CopyTo(all[length..]);
        length += attributes.Length;
        BinaryPrimitives.WriteUInt32BigEndian(all[length..], 0xFF66_0004);
        BinaryPrimitives.WriteUInt32BigEndian(all[(length + 4)..], 0);
        length += 8;
        int whole = StunMaker.Make(0x02C0, "fuzz"u8, all[..length], JoinRequest.Length, _message);
        Send(server, who, _message.AsSpan(0, whole));
    }

    private void Send(ServerMachine server, byte who, ReadOnlySpan<byte> bytes)
    {
        server.Receive(new Datagram(Clients[who % Clients.Length], Endpoints[who / 16 % Endpoints.Length], bytes), _now);
        int more = JoinRequest.IsLikely(bytes) ? 0 : AddressLength;
        Drain(server, bytes.Length + more, who % Clients.Length);
    }

    private void Drain(ServerMachine server, int allowed, int client = 0)
    {
        int sent = 0;
        while (server.TryCommand(_buffer, out ServerCommand command))
        {
            sent += command.Length;
            if (command.Action != ServerAction.Send) { continue; }

            Claim(Clients.Any(each => each.Host == command.To.Host));
            bool isReply = JoinReply.TryRead(_buffer.AsSpan(0, command.Length), out JoinReply reply);
            if (isReply && !reply.Nonce.IsEmpty) { _nonces[client] = reply.Nonce.ToArray(); }
        }

        Claim(sent <= allowed);
        while (server.TryEvent(out _)) { }
    }

    private void Pass(ServerMachine server, TimeSpan time)
    {
        _now += time;
        server.Timeout(_now);
        Drain(server, 0);
        Claim(server.NextTimeout is null || server.NextTimeout > _now);
    }
}
