using System.Buffers.Binary;
using Punch.Serving;
using Punch.Tests.Rendezvous;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serving;

/// <summary>A minute of each attack. Honest clients get 20 of 20, tables stay small, and no more bytes leave than came.</summary>
public sealed class SiegeTests(ITestOutputHelper output)
{
    private const int Rooms = 10_000;

    private static readonly TransportAddress Elsewhere = TransportAddress.Parse("198.51.100.7:40001");

    /// <summary>5.5 Mbit/s of joins, each from another address of one /24. All honest parties are in that /24.</summary>
    [Fact]
    public void Forged_joins_of_a_network_shut_nobody_out_of_it()
    {
        var siege = new Siege(Rooms, V4(7, 40_001), (number, isFirst) => V4(100 + number, isFirst ? 41_001 : 41_002));
        var random = new SplitMix64(5);

        siege.Run(each =>
        {
            for (int i = 0; i < 3; i++)
            {
                each.Send(V4(random.NextInt(256), 1 + random.NextInt(60_000)), each.Join(Stranger(each, default)));
            }
        });

        output.WriteLine(siege.Row("forged joins of one /24"));
        Assert.Equal((Siege.Pairs, Siege.Pairs), (siege.Met, siege.Refreshed));
        AssertSmall(siege, rooms: 1 + Siege.Pairs);
    }

    /// <summary>The same with right nonces: all that one real address of the /24 can send.</summary>
    [Fact]
    public void Proven_joins_of_one_address_shut_no_neighbour_out()
    {
        var siege = new Siege(Rooms, V4(7, 40_001), (number, isFirst) => V4(100 + number, isFirst ? 41_001 : 41_002));
        Siege.Party? attacker = null;

        siege.Run(each =>
        {
            if (attacker is null) { each.TryJoin(attacker = Stranger(each, V4(66, 6)), out _); }

            for (int i = 0; i < 3; i++)
            {
                each.Send(attacker.Address, each.Join(attacker with { Room = each.RandomBytes(16) }));
            }
        });

        output.WriteLine(siege.Row("proven joins of one address"));
        Assert.Equal((Siege.Pairs, Siege.Pairs), (siege.Met, siege.Refreshed));
        AssertSmall(siege, rooms: 1 + Siege.Pairs + (Rooms / 64));
    }

    /// <summary>A thousand joins a second with right nonces, each from another address, to another room.</summary>
    [Theory]
    [InlineData("2001:db8:66::/48", (Rooms / 16) + 256)]
    [InlineData("2001:db8::/32", 2 * Rooms / 8)]
    [InlineData("192.0.0.0/16", (Rooms / 16) + 256)]
    [InlineData("192.0.2.0/24", 2 * (Rooms / 64))]
    public void No_network_fills_the_rooms(string network, int most)
    {
        var siege = new Siege(Rooms, Elsewhere, Public);
        var random = new SplitMix64(6);
        Prefix prefix = Prefix.Parse(network);
        int refused = 0;

        siege.Run(each =>
        {
            for (int i = 0; i < 5; i++) { refused += each.TryJoin(Stranger(each, Within(prefix, ref random)), out _) ? 0 : 1; }
        });

        output.WriteLine(siege.Row(network));
        Assert.Equal((Siege.Pairs, Siege.Pairs, Siege.Pairs), (siege.Met, siege.Refreshed, siege.Answered));
        Assert.True(refused > 10_000, $"{refused} refused");
        AssertSmall(siege, rooms: 1 + Siege.Pairs + most);
    }

    /// <summary>Joins and leaves for the resident's seat, without proof, from many addresses and from the resident's own address.</summary>
    [Fact]
    public void Joins_in_the_name_of_another_party_take_nothing_from_it()
    {
        var siege = new Siege(Rooms, Elsewhere, Public);
        var random = new SplitMix64(8);

        siege.Run(each =>
        {
            Siege.Party forged = each.Resident with { Address = Forged(ref random) };
            each.Send(forged.Address, each.Join(forged, isLeaving: random.NextInt(2) == 0));
            each.Send(Elsewhere, each.Join(each.Resident with { Nonce = each.RandomBytes(20) }, isLeaving: true));
        });

        output.WriteLine(siege.Row("joins in another's name"));
        Assert.Equal((Siege.Pairs, Siege.Pairs, Siege.Pairs), (siege.Met, siege.Refreshed, siege.Answered));
        AssertSmall(siege, rooms: 1 + Siege.Pairs);
    }

    [Theory]
    [InlineData("noise")]
    [InlineData("mutated requests")]
    [InlineData("mutated joins")]
    public void Bytes_of_any_kind_cost_the_honest_nothing(string kind)
    {
        var siege = new Siege(Rooms, Elsewhere, Public);
        var random = new SplitMix64(9);
        byte[] bytes = new byte[StunMutator.BufferLength];
        ulong seed = 0;

        siege.Run(each =>
        {
            for (int i = 0; i < 10; i++)
            {
                ReadOnlySpan<byte> datagram = kind switch
                {
                    "noise" => each.RandomBytes(1 + random.NextInt(100)),
                    "mutated requests" => bytes.AsSpan(0, StunMutator.Make(seed++, bytes)),
                    _ => bytes.AsSpan(0, JoinMutator.Make(seed++, new byte[20], bytes)),
                };
                each.Send(Forged(ref random), datagram);
            }
        });

        output.WriteLine(siege.Row(kind));
        Assert.Equal((Siege.Pairs, Siege.Pairs, Siege.Pairs), (siege.Met, siege.Refreshed, siege.Answered));
        AssertSmall(siege, rooms: 1 + Siege.Pairs);
    }

    /// <summary>Requests without proof, from all addresses of the /24 of the honest parties.</summary>
    [Fact]
    public void A_flood_of_binding_requests_costs_its_network_STUN_and_no_seat()
    {
        var siege = new Siege(Rooms, V4(7, 40_001), (number, isFirst) => V4(100 + number, isFirst ? 41_001 : 41_002));
        var random = new SplitMix64(10);
        byte[] request = StunBytes.Request().With(JoinBytes.Filler, new byte[12]).ToArray();

        siege.Run(each =>
        {
            for (int i = 0; i < 10; i++) { each.Send(V4(random.NextInt(256), 1 + random.NextInt(60_000)), request); }
        });

        output.WriteLine(siege.Row("Binding requests of one /24"));
        Assert.Equal((Siege.Pairs, Siege.Pairs), (siege.Met, siege.Refreshed));
        Assert.True(siege.Answered < Siege.Pairs);
        AssertSmall(siege, rooms: 1 + Siege.Pairs);
    }

    /// <summary>Connections that stay open by asking all the time, and new ones, from many addresses of a network.</summary>
    [Theory]
    [InlineData("2001:db8:66::/48", 2 * 64)]
    [InlineData("2001:db8::/32", 2 * 128)]
    [InlineData("192.0.0.0/16", 2 * 64)]
    [InlineData("192.0.2.0/24", 2 * 32)]
    public void No_network_takes_all_the_connections(string network, int most)
    {
        var endpoint = TransportAddress.Parse("203.0.113.1:3478");
        var server = new ServerMachine(new ServerMachineOptions { Served = [new(endpoint)], Key0 = 1, Key1 = 2 });
        var random = new SplitMix64(11);
        Prefix prefix = Prefix.Parse(network);
        Instant now = Instant.At(TimeSpan.FromHours(1));
        for (long i = 1; i <= 5_000; i++) { server.Open(i, endpoint, Within(prefix, ref random), now); }

        Assert.InRange(server.Statistics.Connections, most / 2, most);
        long before = server.Statistics.TurnedAway;
        for (int i = 0; i < Siege.Pairs; i++) { server.Open(10_000 + i, endpoint, Public(i, i % 2 == 0), now); }

        Assert.Equal(before, server.Statistics.TurnedAway);
    }

    private static void AssertSmall(Siege siege, int rooms)
    {
        Assert.InRange(siege.MostRooms, 1, rooms);
        Assert.True(siege.AnswerBytes <= siege.AttackBytes, $"{siege.AnswerBytes} bytes left, {siege.AttackBytes} came");
    }

    private static Siege.Party Stranger(Siege siege, TransportAddress address) =>
        new(address, siege.RandomBytes(RendezvousLimits.Room), siege.RandomBytes(RendezvousLimits.Party));

    private static TransportAddress Public(int number, bool isFirst) =>
        isFirst ? TransportAddress.Parse($"203.0.{number}.9:40001") : TransportAddress.Parse($"[2a00:{number:x}::9]:40001");

    private static TransportAddress V4(int last, int port) => new(HostAddress.FromBytes([192, 0, 2, (byte)last]), (ushort)port);

    private static TransportAddress Within(Prefix prefix, ref SplitMix64 random)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = prefix.Address.Write(bytes);
        for (int i = prefix.Bits / 8; i < length; i++) { bytes[i] = (byte)(random.Next() >> 56); }

        return new TransportAddress(HostAddress.FromBytes(bytes[..length]), 6);
    }

    private static TransportAddress Forged(ref SplitMix64 random)
    {
        Span<byte> host = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(host, (uint)(random.Next() >> 32));
        host[0] = (byte)(1 + (host[0] % 126));
        return new TransportAddress(HostAddress.FromBytes(host), (ushort)(1 + random.NextInt(60_000)));
    }
}
