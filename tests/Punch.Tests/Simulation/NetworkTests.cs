using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

/// <summary>Routing, translation on the way, hop limits, and packets that must never leak.</summary>
public sealed class NetworkTests
{
    private const string A = "192.168.1.2:6311";
    private const string Server = "203.0.113.5:3478";

    private readonly NetworkRig _rig = new();

    [Fact]
    public void A_packet_between_two_public_hosts_takes_the_delay_of_both_links()
    {
        Node a = _rig.Host("a", _rig.Network.Internet, "203.0.113.1", NetworkRig.Delay(30));
        Node b = _rig.Host("b", _rig.Network.Internet, "203.0.113.2", NetworkRig.Delay(12));

        _rig.Send(a, "203.0.113.1:1", "203.0.113.2:2", at: 1, payload: new byte[] { 7 });

        Assert.Equal(NatRig.At(1.030), _rig.Network.NextTimeout);
        Assert.False(_rig.Network.TryDeliver(NatRig.At(1.041999), out _));
        Assert.True(_rig.Network.TryDeliver(NatRig.At(1.042), out Delivery delivery));
        Assert.Equal((b, NatRig.At(1.042)), (delivery.To, delivery.At));
        Assert.Equal(NatRig.PacketOf("203.0.113.1:1", "203.0.113.2:2", 62) with { Payload = delivery.Packet.Payload }, delivery.Packet);
        Assert.Equal([7], delivery.Packet.Payload.ToArray());
        Assert.Null(_rig.Network.NextTimeout);
    }

    [Fact]
    public void A_NAT_translates_on_the_way_out_and_back_in()
    {
        Node router = _rig.Router("nat", _rig.Network.Internet, NetworkRig.NatOf("198.51.100.1"));
        Node a = _rig.Host("a", router, "192.168.1.2");
        Node server = _rig.Host("server", _rig.Network.Internet, "203.0.113.5");

        _rig.Send(a, A, Server);
        Packet seen = Assert.Single(_rig.Drain()).Packet;
        _rig.Send(server, Server, seen.Source.ToString());
        Delivery back = Assert.Single(_rig.Drain());

        Assert.Equal(TransportAddress.Parse("198.51.100.1:6311"), seen.Source);
        Assert.Equal((a, TransportAddress.Parse(A)), (back.To, back.Packet.Destination));
        Assert.Equal(
            [StepKind.Sent, StepKind.Outbound, StepKind.Delivered, StepKind.Sent, StepKind.Inbound, StepKind.Delivered],
            _rig.Steps.Select(step => step.Kind));
        Assert.Equal([1, 1, 1, 2, 2, 2], _rig.Steps.Select(step => step.PacketId));
    }

    [Fact]
    public void Hosts_of_one_LAN_reach_each_other_without_their_router_and_without_a_hop()
    {
        Node router = _rig.Router("nat", _rig.Network.Internet, NetworkRig.NatOf("198.51.100.1"));
        Node a = _rig.Host("a", router, "192.168.1.2");
        Node b = _rig.Host("b", router, "192.168.1.3");

        _rig.Send(a, A, "192.168.1.3:6311", hopLimit: 1);

        Delivery delivery = Assert.Single(_rig.Drain());
        Assert.Equal(b, delivery.To);
        Assert.Equal(TransportAddress.Parse(A), delivery.Packet.Source);
        Assert.DoesNotContain(_rig.Steps, step => step.Where == router);
    }

    [Theory]
    [InlineData("127.0.0.1:6311")]
    [InlineData("203.0.113.1:6311")]
    public void A_host_reaches_itself(string self)
    {
        Node a = _rig.Host("a", _rig.Network.Internet, "203.0.113.1", NetworkRig.Delay(50));

        _rig.Send(a, "203.0.113.1:6311", self, hopLimit: 1);

        Delivery delivery = Assert.Single(_rig.Drain());
        Assert.Equal((a, Instant.Zero), (delivery.To, delivery.At));
    }

    [Theory]
    [InlineData("10.1.2.3:5")]
    [InlineData("172.16.0.1:5")]
    [InlineData("192.168.7.7:5")]
    [InlineData("192.168.2.2:6311")]
    [InlineData("100.64.0.1:5")]
    [InlineData("169.254.1.1:5")]
    [InlineData("255.255.255.255:5")]
    [InlineData("224.0.0.251:5")]
    [InlineData("[fd00::2]:5")]
    [InlineData("[fe80::2]:5")]
    public void A_private_destination_dies_at_the_core_and_never_goes_around_a_NAT(string destination)
    {
        Node routerA = _rig.Router("router-a", _rig.Network.Internet, new PlainRouter());
        Node a = _rig.Host("a", routerA, "203.0.113.1");
        Node natB = _rig.Router("nat-b", _rig.Network.Internet, NetworkRig.NatOf("198.51.100.2"));
        _rig.Host("b", natB, "192.168.2.2");

        _rig.Host("misplaced", _rig.Network.Internet, "10.1.2.3");

        _rig.Send(a, "203.0.113.1:1", destination);

        Assert.Empty(_rig.Drain());
        Assert.Equal([DropReason.PrivateDestination], _rig.Drops);
        Assert.Equal(_rig.Network.Internet, _rig.Steps[^1].Where);
    }

    [Fact]
    public void Two_LANs_may_use_the_same_private_addresses()
    {
        Node natA = _rig.Router("nat-a", _rig.Network.Internet, NetworkRig.NatOf("198.51.100.1"));
        Node natB = _rig.Router("nat-b", _rig.Network.Internet, NetworkRig.NatOf("198.51.100.2"));
        Node a = _rig.Host("a", natA, "192.168.1.2");
        Node b = _rig.Host("b", natB, "192.168.1.2");

        _rig.Send(a, A, "198.51.100.2:6311");
        _rig.Send(b, A, "198.51.100.1:6311");

        Assert.Equal([a, b], _rig.Drain().Select(delivery => delivery.To).OrderBy(node => node.Name));
    }

    [Fact]
    public void An_unknown_public_destination_has_no_route()
    {
        Node a = _rig.Host("a", _rig.Network.Internet, "203.0.113.1");

        _rig.Send(a, "203.0.113.1:1", "203.0.113.77:1");

        Assert.Empty(_rig.Drain());
        Assert.Equal([DropReason.NoRoute], _rig.Drops);
    }

    [Theory]
    [InlineData(1, "nat-a", DropReason.HopLimitExceeded)]
    [InlineData(2, "internet", DropReason.HopLimitExceeded)]
    [InlineData(3, "nat-b", DropReason.HopLimitExceeded)]
    [InlineData(4, "nat-b", DropReason.NoMapping)]
    public void A_packet_dies_where_its_hop_limit_ends(byte hopLimit, string where, DropReason reason)
    {
        Nat natA = NetworkRig.NatOf("198.51.100.1");
        Node routerA = _rig.Router("nat-a", _rig.Network.Internet, natA);
        Node a = _rig.Host("a", routerA, "192.168.1.2");
        Node routerB = _rig.Router("nat-b", _rig.Network.Internet, NetworkRig.NatOf("198.51.100.2"));
        _rig.Host("b", routerB, "192.168.1.2");

        _rig.Send(a, A, "198.51.100.2:6311", hopLimit: hopLimit);

        Assert.Empty(_rig.Drain());
        Assert.Equal((where, reason), (_rig.Steps[^1].Where.Name, _rig.Steps[^1].Reason));
        Assert.Equal(hopLimit > 1 ? 1 : 0, natA.MappingCount);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void A_packet_through_two_open_NATs_needs_five_hops(byte hopLimit, bool arrives)
    {
        Site a = NatPresets.FullConePreserving.Attach(_rig.Network, "a", HostAddress.Parse("198.51.100.1"), new LinkOptions(), 1);
        Site b = NatPresets.FullConePreserving.Attach(_rig.Network, "b", HostAddress.Parse("198.51.100.2"), new LinkOptions(), 2);
        _rig.Send(b.Host, A, "203.0.113.1:1");
        _rig.Drain();

        _rig.Send(a.Host, A, "198.51.100.2:6311", hopLimit: hopLimit);

        Assert.Equal(arrives, _rig.Drain() is [{ Packet.HopLimit: 1 }]);
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(10, 44)]
    public void A_link_costs_the_hops_it_stands_for(int hops, byte left)
    {
        Node a = _rig.Host("a", _rig.Network.Internet, "203.0.113.1", new LinkOptions { Hops = hops });
        _rig.Host("b", _rig.Network.Internet, "203.0.113.2", new LinkOptions { Hops = hops });

        _rig.Send(a, "203.0.113.1:1", "203.0.113.2:2");

        Assert.Equal(left, Assert.Single(_rig.Drain()).Packet.HopLimit);
    }

    [Fact]
    public void A_packet_to_the_routers_own_address_comes_back_in_when_the_NAT_hairpins()
    {
        Node router = _rig.Router("nat", _rig.Network.Internet, NetworkRig.NatOf("198.51.100.1", new NatOptions { Hairpins = true }));
        Node a = _rig.Host("a", router, "192.168.1.2");
        Node b = _rig.Host("b", router, "192.168.1.3");
        _rig.Send(b, "192.168.1.3:7000", "198.51.100.1:6311");
        _rig.Drain();

        _rig.Send(a, A, "198.51.100.1:7000");

        Delivery delivery = Assert.Single(_rig.Drain());
        Assert.Equal((b, TransportAddress.Parse("198.51.100.1:6311")), (delivery.To, delivery.Packet.Source));
        Assert.DoesNotContain(_rig.Steps, step => step.Where == _rig.Network.Internet);
    }

    [Fact]
    public void Without_hairpinning_that_packet_is_dropped_at_the_router()
    {
        Node router = _rig.Router("nat", _rig.Network.Internet, NetworkRig.NatOf("198.51.100.1"));
        Node a = _rig.Host("a", router, "192.168.1.2");

        _rig.Send(a, A, "198.51.100.1:7000");

        Assert.Empty(_rig.Drain());
        Assert.Equal((router, DropReason.NoHairpin), (_rig.Steps[^1].Where, _rig.Steps[^1].Reason));
    }

    [Fact]
    public void A_firewall_announces_the_addresses_inside_and_guards_them()
    {
        Node router = _rig.Router("firewall", _rig.Network.Internet, new Firewall(new FirewallOptions()));
        Node a = _rig.Host("a", router, "2001:db8:1::2");
        Node b = _rig.Host("b", _rig.Network.Internet, "2001:db8:2::2");

        _rig.Send(b, "[2001:db8:2::2]:1", "[2001:db8:1::2]:1");
        _rig.Drain();
        _rig.Send(a, "[2001:db8:1::2]:1", "[2001:db8:2::2]:1");
        _rig.Drain();
        _rig.Send(b, "[2001:db8:2::2]:1", "[2001:db8:1::2]:1");

        Assert.Equal([DropReason.Filtered], _rig.Drops);
        Assert.Equal(a, Assert.Single(_rig.Drain()).To);
    }

    [Fact]
    public void Two_homes_of_one_carrier_meet_at_its_NAT_and_inside_it()
    {
        NatOptions carrierNat = NatPresets.Carrier.Nats[0];
        Node carrier = _rig.Router("carrier", _rig.Network.Internet, NetworkRig.NatOf("198.51.100.1", carrierNat));
        Node homeA = _rig.Router("home-a", carrier, NetworkRig.NatOf("100.64.0.2"));
        Node homeB = _rig.Router("home-b", carrier, NetworkRig.NatOf("100.64.0.3"));
        Node a = _rig.Host("a", homeA, "192.168.1.2");
        Node b = _rig.Host("b", homeB, "192.168.1.2");
        Node server = _rig.Host("server", _rig.Network.Internet, "203.0.113.5");
        _rig.Send(a, A, Server);
        _rig.Send(b, A, Server);
        TransportAddress[] mapped = [.. _rig.Drain().Select(delivery => delivery.Packet.Source)];

        _rig.Send(a, A, mapped[1].ToString());
        _rig.Send(b, A, mapped[0].ToString());
        List<Delivery> throughHairpin = _rig.Drain();
        _rig.Send(a, A, "100.64.0.3:6311");
        _rig.Send(b, A, "100.64.0.2:6311");
        List<Delivery> inside = _rig.Drain();

        Assert.All(mapped, address => Assert.Equal(HostAddress.Parse("198.51.100.1"), address.Host));
        Assert.NotEqual(mapped[0], mapped[1]);
        Assert.Contains(throughHairpin, delivery => delivery.To == a && delivery.Packet.Source == mapped[1]);
        Assert.Contains(inside, delivery => delivery.To == a && delivery.Packet.Source == TransportAddress.Parse("100.64.0.3:6311"));
        Assert.DoesNotContain(throughHairpin.Concat(inside), delivery => delivery.To == server);
    }

    [Fact]
    public void Misplaced_parts_are_refused()
    {
        Node host = _rig.Host("a", _rig.Network.Internet, "203.0.113.1");
        Node router = _rig.Router("r", _rig.Network.Internet, new PlainRouter());

        Assert.Throws<ArgumentException>(() => _rig.Host("b", host, "203.0.113.2"));
        Assert.Throws<ArgumentException>(() => _rig.Host("b", router, "203.0.113.1"));
        Assert.Throws<ArgumentException>(() => _rig.Host("b", new Network(1).Internet, "203.0.113.2"));
        Assert.Throws<ArgumentException>(() => _rig.Send(router, "203.0.113.1:1", "203.0.113.2:1"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Host("c", router, "203.0.113.3", new LinkOptions { Loss = 1.1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Host("c", router, "203.0.113.3", new LinkOptions { Loss = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Host("c", router, "203.0.113.3", NetworkRig.Delay(-1)));
    }
}
