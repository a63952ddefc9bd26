using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.Net;
using System.Net.Sockets;
using Punch.Protocol;
using Punch.Serving;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;

namespace Punch.Benchmarks;

/// <summary>Measures the memory of a server with many relayed sessions, whose parties are in rooms as always.</summary>
internal static class RelayMemory
{
    private const int Sessions = 100_000;
    private const int JoinLength = 1200;
    private const int BindLength = 160;
    private const int NonceLength = 20;
    private const int SealedLength = 200;
    private const ushort Room = 0xFF60;
    private const ushort Party = 0xFF61;
    private const ushort Sealed = 0xFF62;
    private const ushort Day = 0xFF66;
    private const ushort Nonce = 0x0015;
    private const ushort Filler = 0xFF50;

    // The day of a clock that began at zero.
    private static readonly byte[] FirstDay = new byte[sizeof(uint)];

    private static readonly TransportAddress Server = TransportAddress.Parse("192.0.2.1:3478");
    private static readonly Instant Now = Instant.At(TimeSpan.FromSeconds(1000));

    public static Table Run(string? binary)
    {
        var table = new Table($"Memory of a server with {Measure.Thousands(Sessions)} relayed pairs", "what", "megabytes", "bytes a pair");
        AddObjects(table);
        if (binary is null || !OperatingSystem.IsLinux()) { table.Note("The process of punch serve was not measured: needs the published binary and Linux."); }
        else { AddProcess(table, binary); }

        return table;
    }

    private static void AddObjects(Table table)
    {
        byte[] message = new byte[JoinLength], buffer = new byte[ServerMachine.MaxDatagram];
        long start = GC.GetTotalMemory(forceFullCollection: true);
        var relay = new RelayTable(new RelayOptions { MaxSessions = Sessions, HasShares = false }, 1, 2);
        var machine = new ServerMachine(
            new ServerMachineOptions { Served = [new ServedEndpoints([Server])], Key0 = 3, Key1 = 4, Limit = null, JoinLimit = null },
            new MemoryRooms(Sessions, 5, 6, hasShares: false),
            relay);

        for (int leg = 0; leg < 2 * Sessions; leg++) { Ask(machine, ClientOf(leg), Join(message, leg, NonceOf(machine, leg, message, buffer), FirstDay), buffer); }

        long joined = GC.GetTotalMemory(forceFullCollection: true);
        AddRow(table, "objects of rooms with both parties, 200 sealed bytes each", joined - start);
        for (int leg = 0; leg < 2 * Sessions; leg++) { Ask(machine, ClientOf(leg), BindOf(message, leg, NonceOf(machine, leg, message, buffer)), buffer); }

        AddRow(table, $"objects of the relay, {Measure.Thousands(relay.Counts.Paired)} pairs bound", GC.GetTotalMemory(forceFullCollection: true) - joined);
        GC.KeepAlive(machine);
    }

    /// <summary>Each leg has an address of its own in 127.0.0.0/8, and its socket only until it is bound.</summary>
    private static void AddProcess(Table table, string binary)
    {
        OwnNetwork.Enter();
        int port = Measure.FreePort();
        string most = Sessions.ToString(CultureInfo.InvariantCulture);
        using var server = StunServerUnderTest.Start(
            "punch serve", port, binary, "serve", "--listen", $"127.0.0.1:{port}", "--rate-limit", "off", "--max-rooms", most, "--max-relays", most);
        Seat(port, 0, 2);
        double before = server.ResidentBytes();
        long start = Stopwatch.GetTimestamp();
        Seat(port, 2, 2 * Sessions);
        double after = server.ResidentBytes();
        table.Row("process of punch serve with one pair", Measure.Thousands(before / 1e6), "-");
        AddRow(table, "what all pairs add to it", (long)(after - before));
        table.Row("process of punch serve with all pairs", Measure.Thousands(after / 1e6), "-");
        table.Note($"It took {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s until all were bound; a party is forgotten after 60 s.");
    }

    private static void Seat(int port, int from, int to)
    {
        byte[] message = new byte[JoinLength], buffer = new byte[ServerMachine.MaxDatagram];
        byte[] day = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(day, new Punch.Protocol.Calendar(DateTimeOffset.UtcNow, Instant.Zero).DayAt(Instant.Zero));
        for (int leg = from; leg < to; leg++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
            socket.Bind(new IPEndPoint(new IPAddress([127, (byte)(1 + (leg >> 16)), (byte)((leg >> 8) & 0xFF), (byte)(leg & 0xFF)]), 40_001));
            socket.Connect(IPAddress.Loopback, port);
            byte[] nonce = FindNonce(Ask(socket, Join(message, leg, default, day), buffer));
            Ask(socket, Join(message, leg, nonce, day), buffer);
            Ask(socket, BindOf(message, leg, nonce), buffer);
        }
    }

    private static ReadOnlySpan<byte> Ask(Socket socket, ReadOnlySpan<byte> request, byte[] buffer)
    {
        socket.Send(request);

        // What is told of the other party is no reply.
        int length;
        do { length = socket.Receive(buffer); }
        while (buffer[0] == 0x02);

        return buffer.AsSpan(0, length);
    }

    private static void AddRow(Table table, string what, long bytes) =>
        table.Row(what, Measure.Thousands(bytes / 1e6), Measure.Thousands((double)bytes / Sessions));

    private static TransportAddress ClientOf(int leg) =>
        new(HostAddress.FromBytes([10, (byte)(leg >> 16), (byte)((leg >> 8) & 0xFF), (byte)(leg & 0xFF)]), 40_001);

    private static byte[] NonceOf(ServerMachine machine, int leg, byte[] message, byte[] buffer) =>
        FindNonce(Ask(machine, ClientOf(leg), Join(message, leg, default, FirstDay), buffer));

    private static byte[] Ask(ServerMachine machine, TransportAddress client, ReadOnlySpan<byte> request, byte[] buffer)
    {
        machine.Receive(0, new Datagram(client, Server, request), Now);
        byte[] reply = [];
        while (machine.TryTransmit(buffer, out Transmit transmit))
        {
            if (transmit.To == client) { reply = buffer[..transmit.Length]; }
        }

        return reply;
    }

    private static ReadOnlySpan<byte> Join(Span<byte> message, int leg, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> day)
    {
        int at = Begin(message, 0x02C0, JoinLength, leg);
        at = Put(message, at, Sealed, new byte[SealedLength]);
        if (!nonce.IsEmpty) { at = Put(message, at, Nonce, nonce); }

        at = Put(message, at, Day, day);
        return End(message, at, JoinLength);
    }

    private static ReadOnlySpan<byte> BindOf(Span<byte> message, int leg, ReadOnlySpan<byte> nonce)
    {
        int at = Put(message, Begin(message, 0x02C2, BindLength, leg), Nonce, nonce);
        return End(message, at, BindLength);
    }

    private static int Begin(Span<byte> message, ushort type, int length, int leg)
    {
        message[..length].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(message, type);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)(length - 20));
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], 0x2112_A442);
        BinaryPrimitives.WriteInt32BigEndian(message[8..], leg);
        Span<byte> name = stackalloc byte[16];
        name.Fill(0x50);
        BinaryPrimitives.WriteInt32BigEndian(name, leg / 2);
        int at = Put(message, 20, Room, name);
        name.Fill((byte)(1 + (leg % 2)));
        return Put(message, at, Party, name);
    }

    private static ReadOnlySpan<byte> End(Span<byte> message, int at, int length)
    {
        Put(message, at, Filler, new byte[length - 8 - 4 - at]);
        uint sum = Crc32.HashToUInt32(message[..(length - 8)]) ^ 0x5354554E;
        Span<byte> fingerprint = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(fingerprint, sum);
        Put(message, length - 8, 0x8028, fingerprint);
        return message[..length];
    }

    private static int Put(Span<byte> message, int at, ushort type, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[at..], type);
        BinaryPrimitives.WriteUInt16BigEndian(message[(at + 2)..], (ushort)value.Length);
        value.CopyTo(message[(at + 4)..]);
        return at + 4 + ((value.Length + 3) & ~3);
    }

    private static byte[] FindNonce(ReadOnlySpan<byte> reply)
    {
        for (int at = 20; at + 4 + NonceLength <= reply.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(reply[(at + 2)..]);
            if (BinaryPrimitives.ReadUInt16BigEndian(reply[at..]) == Nonce) { return reply.Slice(at + 4, length).ToArray(); }

            at += 4 + ((length + 3) & ~3);
        }

        return [];
    }
}
