using System.Net.Sockets;
using Punch.Net;
using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Serving.Limits;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>A flood of requests from addresses that may be forged.</summary>
public sealed class FloodTests
{
    private static readonly TransportAddress Server = TransportAddress.Parse("203.0.113.1:3478");
    private static readonly TransportAddress Honest = TransportAddress.Parse("192.0.2.7:40001");

    /// <summary>A million requests in ten seconds of virtual time. An honest client asks twice a second among them.</summary>
    [Fact]
    public void A_million_forged_requests_cost_no_memory_and_no_honest_client_an_answer()
    {
        const int Requests = 1_000_000;
        ServerMachine server = Limited();
        var random = new SplitMix64(20);
        byte[] request = ServerRig.Request();
        byte[] room = new byte[ServerMachine.MaxDatagram];
        _ = Flood(server, ref random, request, room, 1_000, Instant.Zero);

        Instant now = Instant.Zero;
        int honest = 0;
        long fewest = long.MaxValue;
        for (int part = 0; part < 20; part++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            now = Flood(server, ref random, request, room, Requests / 20, now);
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
            honest += Ask(server, Honest, request, room, now) > 0 ? 1 : 0;
        }

        // As in Allocation.Fewest: a collection caused by another test is charged to one part, and real allocations to each.
        Assert.Equal(0, fewest);
        Assert.Equal(20, honest);
        Assert.Equal(Requests + 1_000 + 20, server.Statistics.Udp.Received);
        Assert.True(server.Statistics.Udp.SentBytes <= server.Statistics.Udp.Answered * 32);
    }

    /// <summary>An attacker cannot flood another network through the server: 50 replies at once, and 20 a second.</summary>
    [Fact]
    public void The_traffic_to_a_victim_is_limited()
    {
        ServerMachine server = Limited();
        byte[] request = ServerRig.Request();
        byte[] room = new byte[ServerMachine.MaxDatagram];

        for (int i = 0; i < 1_000_000; i++)
        {
            var forged = new TransportAddress(HostAddress.FromBytes([198, 51, 100, (byte)(i & 0xFF)]), (ushort)(1 + (i % 60_000)));
            Ask(server, forged, request, room, Instant.At(TimeSpan.FromMicroseconds(10 * i)));
        }

        Assert.InRange(server.Statistics.Udp.Answered, 50 + (20 * 10) - 1, 50 + (20 * 10) + 1);
    }

    /// <summary>The same for a moment with real datagrams, from many loopback addresses.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flood_over_loopback_leaves_an_honest_client_its_answer(bool isBatch)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs 127.0.0.0/8");
        using var rig = new ServerRig(ServerRig.Loopback, isBatch ? SocketKind.Linux : SocketKind.Portable, RateLimit.Stun);
        Socket[] flood = [.. Enumerable.Range(1, 50).Select(i => ServerRig.Client($"127.{i}.{i}.{i}"))];
        using Socket honest = ServerRig.Client("127.200.0.1");

        for (uint round = 0; round < 100; round++)
        {
            foreach (Socket each in flood) { ServerRig.Send(each, rig.Endpoint(), ServerRig.Request(round)); }

            // In step with the server. Otherwise its receive buffer would limit the rate before the limiter does.
            if (round % 10 != 9) { continue; }

            (byte[] answer, _) = ServerRig.Ask(honest, rig.Endpoint(), ServerRig.Request(round));
            Assert.Equal(round, ServerRig.NumberOf(answer));
        }

        foreach (Socket each in flood) { each.Dispose(); }

        RequestCounts counts = rig.Statistics.Udp;
        Assert.Equal(5_010, counts.Received);
        Assert.Equal(5_010, counts.Answered + counts.Limited);
        Assert.True(counts.Limited > 0);
    }

    private static Instant Flood(ServerMachine server, ref SplitMix64 random, byte[] request, byte[] room, int count, Instant now)
    {
        Span<byte> forged = stackalloc byte[4];
        for (int i = 0; i < count; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(forged, (uint)(random.Next() >> 32));
            forged[0] = (byte)(1 + (forged[0] % 126));
            now += TimeSpan.FromMicroseconds(10);
            int length = Ask(server, new TransportAddress(HostAddress.FromBytes(forged), 1234), request, room, now);
            if (length > 32) { Assert.Fail($"an answer of {length} bytes"); }
        }

        return now;
    }

    private static ServerMachine Limited() => new(new ServerMachineOptions { Served = [new(Server)], Key0 = 1, Key1 = 2 });

    /// <summary>The length of the reply in bytes; 0 for none.</summary>
    private static int Ask(ServerMachine server, TransportAddress client, byte[] request, byte[] room, Instant now)
    {
        server.Receive(new Datagram(client, Server, request), now);
        return server.TryCommand(room, out ServerCommand command) ? command.Length : 0;
    }
}
