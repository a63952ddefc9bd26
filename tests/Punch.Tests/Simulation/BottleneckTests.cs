using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

/// <summary>Links with a rate, a queue, an MTU and outages.</summary>
public sealed class BottleneckTests
{
    // A datagram of 1,472 bytes is an IPv4 packet of 1,500. At 12 Mbit/s it takes a millisecond.
    private const int Payload = 1472;
    private const long Rate = 12_000_000;

    [Fact]
    public void Packets_leave_one_after_the_other_at_the_rate_of_the_link()
    {
        NetworkRig rig = RigOf(NetworkRig.Delay(5) with { Rate = Rate }, out Node a);
        for (int i = 0; i < 3; i++) { Send(rig, a, Payload); }

        Send(rig, a, Payload, at: 0.0035);
        Send(rig, a, Payload, at: 1);

        Assert.Equal([6.0, 7.0, 8.0, 9.5, 1006.0], rig.Drain().Select(Milliseconds));
    }

    [Fact]
    public void A_small_packet_takes_less_time_and_headers_count()
    {
        NetworkRig rig = RigOf(new LinkOptions { Rate = Rate }, out Node a);
        Send(rig, a, 300 - 28);

        Assert.Equal([0.2], rig.Drain().Select(Milliseconds));
    }

    [Fact]
    public void A_rate_that_is_no_whole_number_of_ticks_holds_over_many_packets()
    {
        NetworkRig rig = RigOf(new LinkOptions { Rate = 7_000_000_000 }, out Node a);
        for (int i = 0; i < 7_000; i++) { Send(rig, a, Payload); }

        // 7,000 packets of 12,000 bits.
        Assert.Equal(12.0, rig.Drain().Max(Milliseconds));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4499, 2)]
    [InlineData(4500, 3)]
    [InlineData(5999, 3)]
    public void A_full_queue_drops_the_last_packet(long queue, int arriving)
    {
        NetworkRig rig = RigOf(new LinkOptions { Rate = Rate, Queue = queue }, out Node a);
        for (int i = 0; i < 5; i++) { Send(rig, a, Payload); }

        Assert.Equal(arriving, rig.Drain().Count);
        Assert.Equal(Enumerable.Repeat(DropReason.QueueFull, 5 - arriving), rig.Drops);
    }

    [Fact]
    public void A_queue_that_has_drained_takes_packets_again()
    {
        NetworkRig rig = RigOf(new LinkOptions { Rate = Rate, Queue = 3000 }, out Node a);
        for (int i = 0; i < 3; i++) { Send(rig, a, Payload); }

        Send(rig, a, Payload, at: 0.001);

        Assert.Equal([1.0, 2.0, 3.0], rig.Drain().Select(Milliseconds));
        Assert.Single(rig.Drops);
    }

    [Fact]
    public void Each_direction_has_a_queue_of_its_own()
    {
        var rig = new NetworkRig();
        Node a = rig.Host("a", rig.Network.Internet, "203.0.113.1", new LinkOptions { Rate = Rate });
        Node b = rig.Host("b", rig.Network.Internet, "203.0.113.2");
        Send(rig, a, Payload);
        rig.Send(b, "203.0.113.2:2", "203.0.113.1:1", payload: new byte[Payload]);

        Assert.Equal([1.0, 1.0], rig.Drain().Select(Milliseconds));
    }

    [Theory]
    [InlineData("203.0.113.1:1", "203.0.113.2:2", 1300 - 28)]
    [InlineData("[2001:db8::1]:1", "[2001:db8::2]:2", 1300 - 48)]
    public void A_packet_over_the_mtu_that_must_not_be_fragmented_is_dropped(string source, string destination, int largest)
    {
        NetworkRig rig = RigOf(new LinkOptions { Mtu = 1300 }, out Node a);
        foreach (int size in new[] { largest, largest + 1 })
        {
            Packet packet = NatRig.PacketOf(source, destination, 64, new byte[size]) with { MustNotFragment = true };
            rig.Network.Send(a, packet, Instant.Zero);
        }

        Assert.Equal([largest], rig.Drain().Select(delivery => delivery.Packet.Payload.Length));
        Assert.Equal([DropReason.TooLarge], rig.Drops);
    }

    [Fact]
    public void A_packet_over_the_mtu_pays_for_the_headers_of_its_fragments()
    {
        NetworkRig rig = RigOf(new LinkOptions { Rate = Rate, Mtu = 1300 }, out Node a);
        Send(rig, a, Payload);

        // A second header of 20 bytes.
        Assert.Equal([1520 * 8 / 12_000.0], rig.Drain().Select(Milliseconds), (one, other) => Math.Abs(one - other) < 0.001);
    }

    [Fact]
    public void A_packet_in_fragments_is_lost_if_one_of_them_is()
    {
        const int Count = 10_000;
        NetworkRig rig = RigOf(new LinkOptions { Loss = 0.1, Mtu = 576 }, out Node a);
        for (int i = 0; i < Count; i++) { Send(rig, a, Payload); }

        // Three fragments; five standard deviations are 225.
        Assert.InRange(rig.Drain().Count, (Count * 0.729) - 225, (Count * 0.729) + 225);
    }

    [Fact]
    public void Only_its_host_fragments_IPv6()
    {
        var rig = new NetworkRig();
        Node a = rig.Host("a", rig.Network.Internet, "2001:db8::1", new LinkOptions { Mtu = 1300 });
        Node b = rig.Host("b", rig.Network.Internet, "2001:db8::2");
        rig.Send(a, "[2001:db8::1]:1", "[2001:db8::2]:2", payload: new byte[Payload]);
        rig.Send(b, "[2001:db8::2]:2", "[2001:db8::1]:1", payload: new byte[Payload]);

        Assert.Equal([b], rig.Drain().Select(delivery => delivery.To));
        Assert.Equal([DropReason.TooLarge], rig.Drops);
    }

    [Fact]
    public void Nothing_leaves_during_an_outage()
    {
        Outage[] outages = [new(NatRig.At(1), NatRig.At(2)), new(NatRig.At(5), NatRig.At(6))];
        NetworkRig rig = RigOf(NetworkRig.Delay(5) with { Outages = outages }, out Node a);
        foreach (double at in new[] { 0.999, 1, 1.999, 2, 5.5, 6 }) { Send(rig, a, 1, at); }

        Assert.Equal([1004.0, 2005.0, 6005.0], rig.Drain().Select(Milliseconds));
        Assert.Equal(Enumerable.Repeat(DropReason.Outage, 3), rig.Drops);
    }

    [Fact]
    public void A_changed_link_keeps_its_queue_and_its_random_sequence()
    {
        var slow = new LinkOptions { Rate = Rate };
        NetworkRig rig = RigOf(slow, out Node a);
        Send(rig, a, Payload);
        rig.Network.Relink(a, slow with { Rate = 2 * Rate });
        Send(rig, a, Payload);

        Assert.Equal([1.0, 1.5], rig.Drain().Select(Milliseconds));
        Assert.Equal(Losing(relinks: false), Losing(relinks: true));
    }

    [Fact]
    public void The_directions_of_a_link_may_differ()
    {
        NetworkRig rig = RigOf(new LinkOptions(), out Node a);
        rig.Network.Relink(a, NetworkRig.Delay(10), NetworkRig.Delay(1));
        Send(rig, a, 1);
        rig.Send(rig.Host("c", rig.Network.Internet, "203.0.113.3"), "203.0.113.3:2", "203.0.113.1:1");

        Assert.Equal([1.0, 10.0], rig.Drain().Select(Milliseconds));
    }

    [Fact]
    public void A_machine_may_forbid_fragments()
    {
        foreach (bool isForbidden in new[] { false, true })
        {
            var simulator = new Simulator(1);
            Network network = simulator.Network;
            Node a = network.AddHost("a", network.Internet, [HostAddress.Parse("203.0.113.1")], new LinkOptions { Mtu = 68 });
            Node b = network.AddHost("b", network.Internet, [HostAddress.Parse("203.0.113.2")], new LinkOptions());
            var local = new TransportAddress(HostAddress.AnyV4, 1);
            SimulatedMachine<EchoEvent> receiver = simulator.Start(b, [local], Instant.Zero, now => new EchoMachine(local, null, default, now));
            SimulatedMachine<EchoEvent> sender = simulator.Start(
                a, [local], Instant.Zero, now => new EchoMachine(local, null, default, now));
            sender.MustNotFragment = isForbidden;
            var to = TransportAddress.Parse("203.0.113.2:1");
            simulator.Schedule(Instant.Zero, _ => ((EchoMachine)sender.Machine!).Say(new string('x', 50), to));
            simulator.RunUntil(NatRig.At(1));

            Assert.Equal(isForbidden ? 0 : 1, receiver.ReceivedCount);
        }
    }

    [Fact]
    public void Wrong_options_are_refused()
    {
        LinkOptions[] wrong = [new() { Rate = 0 }, new() { Rate = -1 }, new() { Queue = -1 }, new() { Mtu = 67 }];

        foreach (LinkOptions options in wrong)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => RigOf(options, out _));
        }

        NetworkRig rig = RigOf(new LinkOptions(), out _);
        Assert.Throws<ArgumentException>(() => rig.Network.Relink(rig.Network.Internet, new LinkOptions()));
    }

    private static List<int> Losing(bool relinks)
    {
        var lossy = new LinkOptions { Loss = 0.5 };
        NetworkRig rig = RigOf(lossy, out Node a);
        for (int size = 0; size < 100; size++)
        {
            if (relinks) { rig.Network.Relink(a, lossy with { Rate = Rate }); }

            Send(rig, a, size);
        }

        return [.. rig.Drain().Select(delivery => delivery.Packet.Payload.Length)];
    }

    private static NetworkRig RigOf(LinkOptions link, out Node a)
    {
        var rig = new NetworkRig();
        HostAddress[] addresses = [HostAddress.Parse("203.0.113.1"), HostAddress.Parse("2001:db8::1")];
        a = rig.Network.AddHost("a", rig.Network.Internet, addresses, link);
        HostAddress[] others = [HostAddress.Parse("203.0.113.2"), HostAddress.Parse("2001:db8::2")];
        rig.Network.AddHost("b", rig.Network.Internet, others, new LinkOptions());
        return rig;
    }

    private static void Send(NetworkRig rig, Node a, int size, double at = 0) =>
        rig.Send(a, "203.0.113.1:1", "203.0.113.2:2", at, payload: new byte[size]);

    private static double Milliseconds(Delivery delivery) => (delivery.At - Instant.Zero).TotalMilliseconds;
}
