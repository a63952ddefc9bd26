using System.Buffers.Binary;
using Punch.Serving;

namespace Punch.Fuzz.Targets;

/// <summary>What the server makes of requests of RFC 3489, which have no cookie.</summary>
internal sealed class ClassicTarget : Target
{
    private const int IdAt = 4;
    private const int IdLength = 16;

    // An answer to a short request may be longer by one address: StunReplySize.NeverLarger.
    private const int AddressLength = 12;

    private static readonly TransportAddress Client = TransportAddress.Parse("198.51.100.1:1001");

    private static readonly TransportAddress[] Endpoints =
    [
        TransportAddress.Parse("192.0.2.1:3478"), TransportAddress.Parse("192.0.2.1:3479"), TransportAddress.Parse("192.0.2.2:3478"),
        TransportAddress.Parse("192.0.2.2:3479"),
    ];

    private readonly byte[] _request = new byte[Mutator.MaxLength + 64];
    private readonly byte[] _reply = new byte[65_535];

    // One address, and two with two ports each: CHANGE-REQUEST differs. It keeps nothing of a Binding request.
    private readonly ServerMachine[] _servers = [Make(Endpoints[..1]), Make(Endpoints)];

    public override string Name => "classic";

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        [0, 3, 0, 4, 0, 0, 0, 6], [0, 3, 0, 4, 0, 0, 0, 2], [0, 2, 0, 8, 0, 1, 0, 80, 203, 0, 113, 9], [0, 6, 0, 4, 1, 2, 3, 4],
        [0, 0x20, 0, 8, 0, 1],
        [0x80, 0x28, 0, 4, 1, 2, 3, 4], [0x21, 0x12, 0xA4, 0x42], [0, 8, 0, 20, .. new byte[20]], [0, 0x20, 0, 0], [0, 0, 0, 0],
    ];

    public override IEnumerable<byte[]> Seeds() =>
        [[0, 9, 9, 9, 9], [1, 8, 8, 8, 8, .. Words[0]], [3, 7, 7, 7, 7, .. Words[2], .. Words[9], .. Words[9]]];

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 1 + sizeof(uint)) { return; }

        ServerMachine server = _servers[input[0] % 2];
        int length = StunMaker.Make(0x0001, "fuzz"u8, input[(1 + sizeof(uint))..], 0, _request);
        bool hasFingerprint = input[0] / 2 % 4 == 3;
        if (!hasFingerprint) { length = StunMaker.Unseal(_request, length); }

        input.Slice(1, sizeof(uint)).CopyTo(_request.AsSpan(IdAt));
        Instant now = Instant.At(TimeSpan.FromSeconds(1000));
        server.Receive(new Datagram(Client, Endpoints[0], _request.AsSpan(0, length)), now);
        Drain(server, _request.AsSpan(0, length));
    }

    private static ServerMachine Make(TransportAddress[] endpoints) =>
        new(new ServerMachineOptions { Served = [new ServedEndpoints(endpoints)], Key0 = 1, Key1 = 2, Limit = null }, rooms: null);

    private void Drain(ServerMachine server, ReadOnlySpan<byte> request)
    {
        bool isOfToday = BinaryPrimitives.ReadUInt32BigEndian(request[IdAt..]) == StunMessage.MagicCookie;
        int sent = 0;
        while (server.TryCommand(_reply, out ServerCommand command))
        {
            // With the cookie it is a request of today, which may name another port.
            Claim(command.Action == ServerAction.Send && (isOfToday ? command.To.Host == Client.Host : command.To == Client));
            Claim(command.Length >= StunMaker.HeaderLength && _reply.AsSpan(IdAt, IdLength).SequenceEqual(request.Slice(IdAt, IdLength)));
            Claim(BinaryPrimitives.ReadUInt16BigEndian(_reply.AsSpan(2)) == command.Length - StunMaker.HeaderLength);
            sent += command.Length;
        }

        Claim(sent <= request.Length + AddressLength);
        while (server.TryEvent(out _)) { }
    }
}
