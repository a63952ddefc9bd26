using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

/// <summary>Loss, jitter, duplication, reordering, bounds and determinism.</summary>
public sealed class LinkTests
{
    private const int Count = 10_000;

    [Fact]
    public void Loss_matches_its_share_and_each_direction_draws_for_itself()
    {
        var link = new LinkOptions { Loss = 0.2 };

        int there = Exchange(link, 1).Count;
        NetworkRig both = RigOf(link, 1, out Node a, out Node b);
        for (int i = 0; i < Count; i++)
        {
            Number(both, a, i);
            both.Send(b, "203.0.113.2:2", "203.0.113.1:1");
        }

        // 10,000 draws of 0.2: five standard deviations are 200.
        Assert.InRange(there, (Count * 0.8) - 200, (Count * 0.8) + 200);
        Assert.Equal(there, both.Drain().Count(delivery => delivery.To == b));
    }

    [Fact]
    public void Duplication_matches_its_share_and_repeats_the_bytes()
    {
        List<Delivery> deliveries = Exchange(new LinkOptions { Duplication = 0.1 }, 2);

        Assert.InRange(deliveries.Count, (Count * 1.1) - 150, (Count * 1.1) + 150);
        Assert.Equal(Count, deliveries.Select(NumberOf).Distinct().Count());
    }

    [Fact]
    public void A_link_without_jitter_and_reordering_keeps_the_order()
    {
        var link = new LinkOptions { Delay = TimeSpan.FromMilliseconds(40), Loss = 0.1, Duplication = 0.1 };

        List<Delivery> deliveries = Exchange(link, 3);

        Assert.Equal(deliveries.Select(NumberOf).Order(), deliveries.Select(NumberOf));
    }

    [Fact]
    public void Reordering_holds_its_share_back_and_the_others_keep_their_order()
    {
        LinkOptions link = NetworkRig.Delay(10) with { Reordering = 0.05, ReorderingDelay = TimeSpan.FromMilliseconds(7) };

        NetworkRig rig = RigOf(link, 4, out Node a, out _);
        for (int i = 0; i < Count; i++) { Number(rig, a, i, i * 0.001); }

        List<Delivery> deliveries = rig.Drain();
        ILookup<TimeSpan, int> byDelay = deliveries.ToLookup(d => d.At - NatRig.At(NumberOf(d) * 0.001), NumberOf);

        Assert.Equal(Count, deliveries.Count);
        Assert.Equal(2, byDelay.Count);
        Assert.InRange(byDelay[TimeSpan.FromMilliseconds(17)].Count(), (Count * 0.05) - 110, (Count * 0.05) + 110);
        int[] onTime = [.. byDelay[TimeSpan.FromMilliseconds(10)]];
        Assert.Equal(onTime.Order(), onTime);
        Assert.NotEqual(deliveries.Select(NumberOf).Order(), deliveries.Select(NumberOf));
    }

    [Fact]
    public void Jitter_is_uniform_from_nothing_to_its_bound()
    {
        var link = new LinkOptions { Delay = TimeSpan.FromMilliseconds(10), Jitter = TimeSpan.FromMilliseconds(20) };

        double[] delays = [.. Exchange(link, 5).Select(delivery => (delivery.At - Instant.Zero).TotalMilliseconds)];

        Assert.InRange(delays.Min(), 10, 10.1);
        Assert.InRange(delays.Max(), 29.9, 30);
        Assert.InRange(delays.Average(), 19.7, 20.3);
    }

    [Fact]
    public void Deliveries_come_in_order_of_time()
    {
        var link = new LinkOptions { Jitter = TimeSpan.FromMilliseconds(50), Reordering = 0.2, Duplication = 0.2 };

        IEnumerable<long> times = Exchange(link, 6).Select(delivery => delivery.At.Ticks);

        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void The_same_seed_gives_the_same_transcript_and_another_seed_another()
    {
        Assert.Equal(TranscriptOf(11), TranscriptOf(11));
        Assert.NotEqual(TranscriptOf(11), TranscriptOf(12));
    }

    [Fact]
    public void A_seed_keeps_its_transcript()
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(TranscriptOf(11)));

        // Seeds in other tests stand for a rare course of events. A change of what a link draws, or when, would lose them.
        Assert.Equal("9700EC4EC5CDF973", Convert.ToHexString(digest.AsSpan(0, 8)));
    }

    [Fact]
    public void One_packet_over_the_limit_in_flight_is_dropped()
    {
        NetworkRig rig = RigOf(new LinkOptions(), 1, out Node a, out _);
        for (int i = 0; i < Network.MaxInFlight; i++) { Number(rig, a, i); }

        Assert.Empty(rig.Drops);
        Number(rig, a, Network.MaxInFlight);

        Assert.Equal([DropReason.QueueFull], rig.Drops);
        Assert.Equal(Network.MaxInFlight, rig.Drain().Count);
    }

    [Fact]
    public void A_network_step_is_written_as_one_line()
    {
        var rig = new NetworkRig();
        Site a = NatPresets.PortPreserving.Attach(rig.Network, "a", NatRig.WanAddress, NetworkRig.Delay(5), 1);
        rig.Send(a.Host, "192.168.1.2:6311", "203.0.113.9:1", payload: new byte[3]);
        rig.Drain();

        Assert.Equal(
            """
            0.000000s #1 a: Sent 192.168.1.2:6311 > 203.0.113.9:1 ttl 64 3 B
            0.000000s #1 a-nat: Outbound 192.168.1.2:6311 > 203.0.113.9:1 as 198.51.100.1:6311 > 203.0.113.9:1 ttl 63 3 B (Created)
            0.005000s #1 internet: Dropped NoRoute 198.51.100.1:6311 > 203.0.113.9:1 ttl 62 3 B
            """,
            rig.Transcript);
    }

    private static string TranscriptOf(ulong seed)
    {
        var link = new LinkOptions { Jitter = TimeSpan.FromMilliseconds(30), Loss = 0.1, Duplication = 0.1, Reordering = 0.1 };
        var rig = new NetworkRig(seed);
        Site a = NatPresets.SymmetricRandom.Attach(rig.Network, "a", NatRig.WanAddress, link, seed);
        rig.Host("b", rig.Network.Internet, "203.0.113.2", link);
        for (int i = 1; i < 200; i++) { rig.Send(a.Host, "192.168.1.2:6311", $"203.0.113.2:{i}", i * 0.01); }

        rig.Drain();
        return rig.Transcript;
    }

    private static List<Delivery> Exchange(LinkOptions link, ulong seed)
    {
        NetworkRig rig = RigOf(link, seed, out Node a, out _);
        for (int i = 0; i < Count; i++) { Number(rig, a, i); }

        return rig.Drain();
    }

    private static NetworkRig RigOf(LinkOptions link, ulong seed, out Node a, out Node b)
    {
        var rig = new NetworkRig(seed);
        a = rig.Host("a", rig.Network.Internet, "203.0.113.1", link);
        b = rig.Host("b", rig.Network.Internet, "203.0.113.2");
        return rig;
    }

    private static void Number(NetworkRig rig, Node host, int number, double at = 0)
    {
        byte[] payload = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(payload, number);
        rig.Send(host, "203.0.113.1:1", "203.0.113.2:2", at, payload: payload);
    }

    private static int NumberOf(Delivery delivery) => BinaryPrimitives.ReadInt32LittleEndian(delivery.Packet.Payload.Span);
}
