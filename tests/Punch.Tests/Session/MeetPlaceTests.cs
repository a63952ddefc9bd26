using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

public sealed class MeetPlaceTests
{
    [Fact]
    public void Two_on_one_LAN_behind_a_NAT_that_does_not_hairpin_meet_on_the_LAN()
    {
        var pair = new MeetPair(new MeetPairOptions { Seed = 1 });
        Site site = MeetPair.Preset("linux").Attach(pair.Simulator.Network, "a", HostAddress.Parse("198.51.100.1"), pair.Link, 3);
        Node other = pair.Simulator.Network.AddHost("b", site.Router, [HostAddress.Parse("192.168.1.3")], new LinkOptions());
        pair.A = pair.Start("a", site.Host, MeetPair.LocalA, Instant.Zero);
        pair.B = pair.Start("b", other, MeetPair.LocalB, Instant.At(TimeSpan.FromSeconds(1)));

        pair.Claim(pair.Simulator.RunUntil(() => pair.AreOpen, Instant.At(TimeSpan.FromSeconds(2))), "both are open");

        pair.Claim(pair.Session(pair.A).Path?.Remote == TransportAddress.Parse("192.168.1.3:50002"), $"A at {pair.Session(pair.A).Path}");
        pair.Claim(pair.Session(pair.B).Path?.Remote == TransportAddress.Parse("192.168.1.2:40001"), $"B at {pair.Session(pair.B).Path}");
    }

    [Fact]
    public void Behind_a_NAT_that_hairpins_they_meet_on_the_LAN_all_the_same()
    {
        var pair = new MeetPair(new MeetPairOptions { Seed = 2 });
        Site site = MeetPair.Preset("full-cone").Attach(pair.Simulator.Network, "a", HostAddress.Parse("198.51.100.1"), pair.Link, 3);
        Node other = pair.Simulator.Network.AddHost("b", site.Router, [HostAddress.Parse("192.168.1.3")], new LinkOptions());
        pair.A = pair.Start("a", site.Host, MeetPair.LocalA, Instant.Zero);
        pair.B = pair.Start("b", other, MeetPair.LocalB, Instant.At(TimeSpan.FromSeconds(1)));

        pair.Simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(5)));

        pair.Claim(pair.Session(pair.A).Path?.Remote.Host == HostAddress.Parse("192.168.1.3"), $"A at {pair.Session(pair.A).Path}");
        pair.Claim(pair.Session(pair.B).Path?.Remote.Host == HostAddress.Parse("192.168.1.2"), $"B at {pair.Session(pair.B).Path}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_container_behind_its_hosts_masquerade_meets_a_neighbour_of_the_host(double gap)
    {
        var pair = new MeetPair(new MeetPairOptions { Seed = 5 });
        Network network = pair.Simulator.Network;
        Site site = MeetPair.Preset("linux").Attach(network, "a", HostAddress.Parse("198.51.100.1"), pair.Link, 3);
        IMiddlebox masquerade = MeetPair.Preset("linux").CreateMiddleboxes([HostAddress.Parse("192.168.1.10")], 9).Single();
        Node host = network.AddRouter("host", site.Router, masquerade, new LinkOptions());
        Node container = network.AddHost("container", host, [HostAddress.Parse("172.17.0.2")], new LinkOptions());
        Node neighbour = network.AddHost("neighbour", site.Router, [HostAddress.Parse("192.168.1.20")], new LinkOptions());

        pair.A = pair.Start("a", container, MeetPair.LocalA, Instant.Zero);
        pair.B = pair.Start("b", neighbour, MeetPair.LocalB, Instant.At(TimeSpan.FromSeconds(gap)));
        pair.Run(TimeSpan.FromSeconds(gap) + TimeSpan.FromMilliseconds(1));

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(3)), "both are open");
        pair.Claim(pair.Session(pair.A).Path?.Remote == TransportAddress.Parse("192.168.1.20:50002"), $"A at {pair.Session(pair.A).Path}");
        pair.Claim(pair.Session(pair.B).Path?.Remote.Host == HostAddress.Parse("192.168.1.10"), $"B at {pair.Session(pair.B).Path}");
    }

    [Theory]
    [InlineData("linux", "port-restricted")]
    [InlineData("symmetric-random", "symmetric-random")]
    public void With_both_families_IPv6_opens_what_IPv4_cannot(string a, string b)
    {
        var pair = new MeetPair(new MeetPairOptions { Seed = 3 });
        pair.A = pair.Start("a", DualHost(pair, "a", a, "198.51.100.1", "2001:db8:a::2"), MeetPair.LocalA, Instant.Zero);
        pair.B = pair.Start("b", DualHost(pair, "b", b, "203.0.113.2", "2001:db8:b::2"), MeetPair.LocalB, Instant.At(TimeSpan.FromSeconds(1)));

        pair.Claim(pair.Simulator.RunUntil(() => pair.AreOpen, Instant.At(TimeSpan.FromSeconds(2))), "both are open");

        pair.Simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(60)));
        pair.Claim(pair.AreOpen && MeetPair.When(pair.A, SessionEventKind.Closed) is null, "still");
        if (a.StartsWith("sym", StringComparison.Ordinal)) { pair.Claim(pair.Session(pair.A).Path!.Value.Remote.Host.IsV6, "over IPv6"); }
    }

    [Fact]
    public void When_one_family_dies_the_other_takes_over_within_five_seconds()
    {
        var pair = new MeetPair(new MeetPairOptions { Seed = 4 });
        Node hostA = DualHost(pair, "a", "full-cone", "198.51.100.1", "2001:db8:a::2");
        pair.A = pair.Start("a", hostA, MeetPair.LocalA, Instant.Zero);
        pair.B = pair.Start("b", DualHost(pair, "b", "full-cone", "203.0.113.2", "2001:db8:b::2"), MeetPair.LocalB, Instant.At(TimeSpan.FromSeconds(1)));
        pair.Simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(10)));
        bool wasV6 = pair.Session(pair.A).Path!.Value.Remote.Host.IsV6;

        pair.Simulator.Schedule(pair.Simulator.Now, now =>
        {
            HostAddress[] left = [.. hostA.Addresses.Where(address => address.IsV6 != wasV6)];
            pair.Simulator.Network.Readdress(hostA, left);
            pair.Session(pair.A).Note(NetworkNotice.HostsChanged([new LocalAddress(left[0], 64)]), now);
        });
        pair.Run(TimeSpan.FromSeconds(5));

        pair.Claim(pair.Session(pair.A).Path?.Remote.Host.IsV6 == !wasV6 && pair.Session(pair.B).Path?.Remote.Host.IsV6 == !wasV6, "both on the other family");
    }

    private static Node DualHost(MeetPair pair, string name, string preset, string v4, string v6)
    {
        IReadOnlyList<IMiddlebox> boxes = MeetPair.Preset(preset).CreateMiddleboxes([HostAddress.Parse(v4)], 7);
        var router = pair.Simulator.Network.AddRouter(
            $"{name}-nat", pair.Simulator.Network.Internet, new DualStack(boxes.Single(), new Firewall(new FirewallOptions())), pair.Link);
        return pair.Simulator.Network.AddHost(name, router, [HostAddress.Parse("192.168.1.2"), HostAddress.Parse(v6)], new LinkOptions());
    }
}
