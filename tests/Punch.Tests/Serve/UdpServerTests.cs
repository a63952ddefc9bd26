using System.Net;
using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Sockets;
using Punch.Server;
using Punch.Server.Sockets;
using Punch.Server.Streams;
using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Serving.Limits;
using Punch.Tests.Net;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>The server over UDP, on each kind of socket.</summary>
public sealed class UdpServerTests
{
    public static TheoryData<bool> Kinds => OperatingSystem.IsLinux() ? [true, false] : [false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_request_is_answered_with_the_address_it_came_from(bool isBatch)
    {
        using var rig = new ServerRig(ServerRig.Loopback, Kind(isBatch));
        using Socket client = ServerRig.Client();

        (byte[] answer, TransportAddress from) = ServerRig.Ask(client, rig.Endpoint(), ServerRig.Request());

        Assert.Equal(rig.Endpoint(), from);
        Assert.Equal(32, answer.Length);
        Assert.Equal(ServerRig.LocalOf(client), ServerRig.MappedIn(answer));
        Assert.Equal(StunBytes.Id[..8], answer[8..16]);
    }

    /// <summary>What a kernel cuts for its sender arrives in one piece on loopback, and from some network cards.</summary>
    [Theory]
    [InlineData(true, "127.0.0.1")]
    [InlineData(true, "0.0.0.0")]
    [InlineData(false, "127.0.0.1")]
    public void Requests_that_arrive_together_are_answered_one_by_one(bool isBatch, string bound)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var rig = new ServerRig(new ServedAddress(HostAddress.Parse(bound), 0), Kind(isBatch));
        using var client = UdpSocket.Bind(TransportAddress.Parse("127.0.0.1:0"));
        TransportAddress server = rig.Endpoint() with { Host = HostAddress.Parse("127.0.0.1") };
        const int Requests = 15;
        byte[] together = [.. Enumerable.Range(0, Requests).SelectMany(i => ServerRig.Request((uint)i))];

        client.Send(together, server, new SendOptions { SegmentSize = together.Length / Requests });

        byte[] answer = new byte[64];
        for (uint i = 0; i < Requests; i++)
        {
            Assert.True(Loopback.WaitFor(client, answer, out TransportAddress from, out int length));
            Assert.Equal((server, 32, i), (from, length, ServerRig.NumberOf(answer)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void IPv6_is_answered_as_well(bool isBatch)
    {
        using var rig = new ServerRig(ServerRig.LoopbackV6, Kind(isBatch));
        using Socket client = ServerRig.Client("::1");

        (byte[] answer, TransportAddress from) = ServerRig.Ask(client, rig.Endpoint(), ServerRig.Request());

        Assert.Equal(rig.Endpoint(), from);
        Assert.Equal(44, answer.Length);
        Assert.Equal(ServerRig.LocalOf(client), ServerRig.MappedIn(answer));
    }

    [Theory]
    [InlineData(true, "0.0.0.0", "127.0.0.1")]
    [InlineData(true, "0.0.0.0", "127.0.0.2")]
    [InlineData(true, "0.0.0.0", "127.77.66.55")]
    [InlineData(true, "::", "::1")]
    [InlineData(false, "0.0.0.0", "127.0.0.1")]
    [InlineData(false, "::", "::1")]
    public void On_a_wildcard_the_answer_comes_from_the_address_that_was_asked(bool isBatch, string wildcard, string asked)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || !isBatch, "needs Linux");
        using var rig = new ServerRig(new ServedAddress(HostAddress.Parse(wildcard), 0), Kind(isBatch));
        using Socket client = ServerRig.Client(asked);
        var target = new TransportAddress(HostAddress.Parse(asked), rig.Endpoint().Port);

        Assert.Equal(target, ServerRig.Ask(client, target, ServerRig.Request()).From);
    }

    /// <summary>RFC 5780 §6.1, table 1.</summary>
    [Theory]
    [InlineData(true, 0, 0)]
    [InlineData(true, 2, 1)]
    [InlineData(true, 4, 2)]
    [InlineData(true, 6, 3)]
    [InlineData(false, 0, 0)]
    [InlineData(false, 2, 1)]
    [InlineData(false, 4, 2)]
    [InlineData(false, 6, 3)]
    public void With_two_addresses_the_answer_comes_from_where_it_was_asked_to(bool isBatch, byte change, int flips)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a second loopback address and batches");
        using var rig = new ServerRig(ServerRig.TwoAddresses, Kind(isBatch));
        using Socket client = ServerRig.Client();

        for (int asked = 0; asked < 4; asked++)
        {
            byte[] request = StunBytes.Request().With(0x0003, 0, 0, 0, change).ToArray();

            (byte[] answer, TransportAddress from) = ServerRig.Ask(client, rig.Endpoint(asked), request);

            Assert.Equal(rig.Endpoint(asked ^ flips), from);
            Assert.Equal(ServerRig.LocalOf(client), ServerRig.MappedIn(answer));
            StunMessage.Parse(answer, out StunMessage message);
            Assert.True(message.TryGetOtherAddress(out TransportAddress other));
            Assert.True(message.TryGetAddress(StunAttributeType.ResponseOrigin, out TransportAddress origin));
            Assert.Equal(rig.Endpoint(asked ^ 3), other);
            Assert.Equal(from, origin);
        }
    }

    [Fact]
    public void Behind_a_one_to_one_NAT_answers_name_the_public_addresses()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a second loopback address");
        (HostAddress First, HostAddress Second) known = (HostAddress.Parse("203.0.113.1"), HostAddress.Parse("203.0.113.2"));
        using var rig = new ServerRig(ServerRig.TwoAddresses with { Public = known }, Kind(isBatch: true));
        using Socket client = ServerRig.Client();

        for (int asked = 0; asked < 4; asked++)
        {
            (byte[] answer, TransportAddress from) =
                ServerRig.Ask(client, rig.Endpoint(asked), StunBytes.Request().With(0x0003, 0, 0, 0, 4).ToArray());

            StunMessage.Parse(answer, out StunMessage message);
            Assert.True(message.TryGetOtherAddress(out TransportAddress other));
            Assert.True(message.TryGetAddress(StunAttributeType.ResponseOrigin, out TransportAddress origin));
            Assert.Equal(rig.Endpoint(asked ^ 2), from);
            Assert.Equal(rig.Endpoint(asked ^ 2) with { Host = asked < 2 ? known.Second : known.First }, origin);
            Assert.Equal(origin with { Port = rig.Endpoint(asked ^ 3).Port }, other);
        }
    }

    [Theory]
    [InlineData(true, "0.0.0.0", "127.0.0.5")]
    [InlineData(true, "::", "::1")]
    [InlineData(false, "0.0.0.0", "127.0.0.1")]
    public void On_a_wildcard_the_other_port_answers_from_the_address_that_was_asked(bool isBatch, string wildcard, string asked)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || !isBatch, "needs Linux");
        using var rig = new ServerRig(new ServedAddress(HostAddress.Parse(wildcard), 0) { AlternatePort = 0 }, Kind(isBatch));
        using Socket client = ServerRig.Client(asked);
        var host = HostAddress.Parse(asked);

        (_, TransportAddress from) = ServerRig.Ask(
            client, new TransportAddress(host, rig.Endpoint().Port), StunBytes.Request().With(0x0003, 0, 0, 0, 2).ToArray());

        Assert.Equal(new TransportAddress(host, rig.Endpoint(1).Port), from);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_server_with_one_address_refuses_to_change_it_and_names_no_other(bool isBatch)
    {
        using var rig = new ServerRig(ServerRig.Loopback, Kind(isBatch));
        using Socket client = ServerRig.Client();

        (byte[] refusal, _) = ServerRig.Ask(client, rig.Endpoint(), StunBytes.Request().With(0x0003, 0, 0, 0, 4).ToArray());
        (byte[] answer, _) = ServerRig.Ask(client, rig.Endpoint(), StunBytes.Request().With(0x8022, new byte[100]).ToArray());

        StunMessage.Parse(refusal, out StunMessage error);
        StunMessage.Parse(answer, out StunMessage success);
        Assert.True(error.TryGetErrorCode(out StunErrorCode code, out _));
        Assert.Equal(StunErrorCode.UnknownAttribute, code);
        Assert.False(success.Has(StunAttributeType.OtherAddress));
        Assert.Equal((1, 1), (rig.Statistics.Udp.Refused, rig.Statistics.Udp.Answered));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_datagram_that_is_not_a_request_gets_no_reply(bool isBatch)
    {
        using var rig = new ServerRig(ServerRig.Loopback, Kind(isBatch));
        using Socket client = ServerRig.Client();
        byte[][] noise =
        [
            [],
            [0],
            "2026-11-22 14:23:01 +0000 punch/1 id=5f0c9a77d1e2b340 seq=17"u8.ToArray(),
            StunBytes.Success().ToArray(),
            new StunBytes(0x0011).ToArray(), // an indication
            new StunBytes(0x0003).ToArray(), // Allocate
            ServerRig.Request()[..19],
            [.. ServerRig.Request(), 0],
        ];

        foreach (byte[] each in noise) { ServerRig.Send(client, rig.Endpoint(), each); }

        (byte[] answer, _) = ServerRig.Ask(client, rig.Endpoint(), ServerRig.Request(7));

        Assert.Equal(7u, ServerRig.NumberOf(answer));
        Assert.Equal(0, client.Available);
        RequestCounts counts = rig.Statistics.Udp;
        Assert.Equal((noise.Length + 1, noise.Length, 1), (counts.Received, counts.Ignored, counts.Answered));
        Assert.Equal(noise.Sum(each => each.Length) + 20, counts.ReceivedBytes);
        Assert.Equal(32, counts.SentBytes);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_longest_datagram_is_answered_and_one_byte_more_is_ignored(bool isBatch)
    {
        using var rig = new ServerRig(ServerRig.Loopback, Kind(isBatch));
        using Socket client = ServerRig.Client();
        byte[] longest = StunBytes.Request().With(0x0026, new byte[IBatchSocket.MaxDatagram - 24]).ToArray();
        byte[] longer = StunBytes.Request().With(0x0026, new byte[IBatchSocket.MaxDatagram - 20]).ToArray();

        ServerRig.Send(client, rig.Endpoint(), longer);
        (byte[] answer, _) = ServerRig.Ask(client, rig.Endpoint(), longest);

        Assert.Equal(IBatchSocket.MaxDatagram, longest.Length);
        Assert.Equal(IBatchSocket.MaxDatagram, answer.Length);
        Assert.Equal(1, rig.Statistics.Udp.Ignored);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_burst_of_many_batches_is_answered_one_by_one_and_in_order(bool isBatch)
    {
        const uint Burst = 200;
        using var rig = new ServerRig(ServerRig.Loopback, Kind(isBatch));
        using Socket client = ServerRig.Client();

        for (uint i = 0; i < Burst; i++) { ServerRig.Send(client, rig.Endpoint(), ServerRig.Request(i)); }

        uint[] answered = [.. Enumerable.Range(0, (int)Burst).Select(_ => ServerRig.NumberOf(ServerRig.Receive(client).Bytes))];
        Assert.Equal(Enumerable.Range(0, (int)Burst).Select(i => (uint)i), answered);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_network_over_its_limit_gets_nothing_and_another_one_does(bool isBatch)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs 127.1.1.1");
        using var rig = new ServerRig(ServerRig.Loopback, Kind(isBatch), new RateLimit(PerSecond: 1, Burst: 3));
        using Socket greedy = ServerRig.Client("127.0.0.77");
        using Socket modest = ServerRig.Client("127.1.1.1");

        for (uint i = 0; i < 200; i++) { ServerRig.Send(greedy, rig.Endpoint(), ServerRig.Request(i)); }

        (byte[] answer, _) = ServerRig.Ask(modest, rig.Endpoint(), ServerRig.Request(1000));

        Assert.Equal(1000u, ServerRig.NumberOf(answer));
        Assert.Equal([0u, 1u, 2u], Enumerable.Range(0, 3).Select(_ => ServerRig.NumberOf(ServerRig.Receive(greedy).Bytes)));
        Assert.InRange(rig.Statistics.Udp.Limited, 190, 197);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Mutated_requests_never_stop_it(bool isBatch)
    {
        const int Mutations = 3_000;
        using var rig = new ServerRig(ServerRig.TwoPorts, Kind(isBatch));
        using Socket client = ServerRig.Client();
        byte[] buffer = new byte[StunMutator.BufferLength];

        for (int i = 0; i < Mutations; i++)
        {
            int length = StunMutator.Make((ulong)i, buffer);
            ServerRig.Send(client, rig.Endpoint(), buffer[..length]);
            // In step, so that no queue overflows.
            if (i % 50 == 49) { AskUntil(client, rig.Endpoint(), (uint)i); }
        }

        Assert.Equal(Mutations + (Mutations / 50), rig.Statistics.Udp.Received);
    }

    [Fact]
    public void A_batch_costs_no_allocation()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        NoAllocation(SocketKind.Linux);
    }

    [Fact]
    public void A_datagram_of_the_portable_path_costs_no_allocation() => NoAllocation(SocketKind.Portable);

    private static void NoAllocation(SocketKind kind)
    {
        using var sockets = ServedSockets.Bind(ServerRig.Loopback, new ServerOptions { Addresses = [], Kind = kind, HasTcp = false, Threads = 1 });
        IBatchSocket socket = sockets.Udp[0][0];
        var places = new ServedPlaces([sockets]);
        var options = new ServerMachineOptions { Served = places.Served, Key0 = 1, Key1 = 2, Limit = new RateLimit(1_000_000, 1_000_000) };
        var service = new DatagramService(socket, 0, new ServerMachine(options), places, new StreamDirectory(), new MonotonicClock(), null);
        using Socket client = ServerRig.Client();
        client.Connect(new IPEndPoint(IPAddress.Loopback, socket.Local.Port));
        byte[] request = ServerRig.Request();
        byte[] answer = new byte[64];
        Swap(client, service, request, answer, 200);

        Assert.Equal(0, Allocation.Fewest(() => Swap(client, service, request, answer, 2_000)));
        Assert.Equal(service.Statistics.Udp.Received, service.Statistics.Udp.Answered);
    }

    private static void Swap(Socket client, DatagramService service, byte[] request, byte[] answer, int times)
    {
        for (int i = 0; i < times; i += 10)
        {
            for (int j = 0; j < 10; j++) { client.Send(request); }

            for (int taken = 0; taken < 10;) { taken += service.Turn(); }

            for (int j = 0; j < 10; j++) { client.Receive(answer); }
        }
    }

    private static void AskUntil(Socket client, TransportAddress server, uint number)
    {
        ServerRig.Send(client, server, ServerRig.Request(number));
        while (true)
        {
            byte[] answer = ServerRig.Receive(client).Bytes;
            if (answer.Length == 32 && answer[1] == 1 && ServerRig.NumberOf(answer) == number) { return; }
        }
    }

    private static SocketKind Kind(bool isBatch) => isBatch ? SocketKind.Linux : SocketKind.Portable;
}
