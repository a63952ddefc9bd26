using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

/// <summary>RFC 4787 §4 and §5, cell by cell. X is the inside endpoint; Y and Z are outside hosts.</summary>
public sealed class NatBehaviorTests
{
    private const string X = "192.168.1.2:6311";
    private const string Y = "203.0.113.5:1000";
    private const string OtherPortOfY = "203.0.113.5:1001";
    private const string Z = "203.0.113.9:1000";

    [Theory]
    [MemberData(nameof(NatCells.All), MemberType = typeof(NatCells))]
    public void A_mapping_is_used_again_as_the_mapping_behaviour_says(Mapping mapping, Filtering filtering, PortAllocation allocation)
    {
        NatRig nat = RigOf(mapping, filtering, allocation);

        TransportAddress toY = nat.Out(X, Y);

        Assert.Equal(toY, nat.Out(X, Y));
        Assert.Equal(mapping != Mapping.AddressAndPortDependent, toY == nat.Out(X, OtherPortOfY));
        Assert.Equal(mapping == Mapping.EndpointIndependent, toY == nat.Out(X, Z));
        Assert.Equal(NatRig.WanAddress, toY.Host);
    }

    [Theory]
    [MemberData(nameof(NatCells.All), MemberType = typeof(NatCells))]
    public void An_inbound_packet_passes_exactly_as_the_filtering_says(Mapping mapping, Filtering filtering, PortAllocation allocation)
    {
        NatRig nat = RigOf(mapping, filtering, allocation);
        var x = TransportAddress.Parse(X);

        TransportAddress toY = nat.Out(X, Y);

        Assert.Equal(x, nat.In(Y, toY));
        Assert.Equal(filtering != Filtering.AddressAndPortDependent ? x : null, nat.In(OtherPortOfY, toY));
        Assert.Equal(filtering == Filtering.EndpointIndependent ? x : null, nat.In(Z, toY));
    }

    [Theory]
    [MemberData(nameof(NatCells.All), MemberType = typeof(NatCells))]
    public void The_outside_port_is_picked_as_the_allocation_says(Mapping mapping, Filtering filtering, PortAllocation allocation)
    {
        NatRig nat = RigOf(mapping, filtering, allocation);
        string[] insides = ["192.168.1.2:5000", "192.168.1.2:5010", "192.168.1.2:5020"];

        int[] ports = [.. insides.Select(inside => (int)nat.Out(inside, Y).Port)];

        Assert.Equal(allocation == PortAllocation.Preserving, ports is [5000, 5010, 5020]);
        Assert.Equal(allocation == PortAllocation.Sequential, ports[1] == ports[0] + 1 && ports[2] == ports[1] + 1);
    }

    [Theory]
    [MemberData(nameof(NatCells.All), MemberType = typeof(NatCells))]
    public void Nothing_comes_in_to_a_port_without_a_mapping(Mapping mapping, Filtering filtering, PortAllocation allocation)
    {
        NatRig nat = RigOf(mapping, filtering, allocation);
        TransportAddress toY = nat.Out(X, Y);
        TransportAddress elsewhere = toY with { Port = (ushort)(toY.Port ^ 1) };

        Assert.Equal(DropReason.NoMapping, nat.TryIn(Y, elsewhere).Reason);
    }

    [Theory]
    [InlineData(FilterScope.InsideEndpoint, true)]
    [InlineData(FilterScope.Mapping, false)]
    public void Filter_state_of_a_symmetric_NAT_belongs_to_the_scope_it_says(FilterScope scope, bool passes)
    {
        NatRig nat = NatRig.Of(new NatOptions
        {
            Mapping = Mapping.AddressAndPortDependent,
            Filtering = Filtering.AddressAndPortDependent,
            Allocation = PortAllocation.Random,
            FilterScope = scope,
        });

        TransportAddress toY = nat.Out(X, Y);
        nat.Out(X, Z);

        Assert.Equal(passes, nat.In(Z, toY) is not null);
        Assert.NotNull(nat.In(Y, toY));
    }

    [Theory]
    [InlineData(FilterScope.InsideEndpoint)]
    [InlineData(FilterScope.Mapping)]
    public void Filter_state_of_one_inside_endpoint_never_opens_another(FilterScope scope)
    {
        NatRig nat = NatRig.Of(new NatOptions { FilterScope = scope });

        nat.Out("192.168.1.2:5000", Y);
        TransportAddress other = nat.Out("192.168.1.2:5001", Z);
        TransportAddress otherHost = nat.Out("192.168.1.3:5002", Z);

        Assert.Equal(DropReason.Filtered, nat.TryIn(Y, other).Reason);
        Assert.Equal(DropReason.Filtered, nat.TryIn(Y, otherHost).Reason);
    }

    [Theory]
    [InlineData(PortAllocation.Preserving)]
    [InlineData(PortAllocation.Sequential)]
    [InlineData(PortAllocation.Random)]
    public void Two_inside_hosts_never_get_the_same_outside_port(PortAllocation allocation)
    {
        NatRig nat = NatRig.Of(new NatOptions { Allocation = allocation, FirstPort = 6300, LastPort = 6331 });

        ushort[] ports = [.. Enumerable.Range(2, 32).Select(i => nat.Out($"192.168.1.{i}:6311", Y).Port)];

        Assert.Equal(Enumerable.Range(6300, 32), ports.Order().Select(port => (int)port));
        if (allocation == PortAllocation.Preserving) { Assert.Equal(6311, ports[0]); }
    }

    [Fact]
    public void When_all_ports_are_taken_a_new_mapping_is_refused_and_old_ones_work_on()
    {
        NatRig nat = NatRig.Of(new NatOptions { FirstPort = 6311, LastPort = 6312 });
        TransportAddress first = nat.Out("192.168.1.2:6311", Y);
        nat.Out("192.168.1.3:6311", Y);

        Assert.Equal(DropReason.PortsExhausted, nat.TryOut("192.168.1.4:6311", Y).Reason);
        Assert.Equal(first, nat.Out("192.168.1.2:6311", Z));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-3)]
    public void Sequential_ports_follow_the_step_and_wrap_within_the_range(int step)
    {
        NatRig nat = NatRig.Of(new NatOptions
        {
            Mapping = Mapping.AddressAndPortDependent,
            Allocation = PortAllocation.Sequential,
            SequentialStep = step,
            FirstPort = 2000,
            LastPort = 2099,
        });

        int[] ports = [.. Enumerable.Range(1, 30).Select(i => (int)nat.Out(X, $"203.0.113.5:{i}").Port)];

        for (int i = 1; i < ports.Length; i++) { Assert.Equal(Modulo(ports[i - 1] - 2000 + step, 100), ports[i] - 2000); }
    }

    [Fact]
    public void An_inside_port_outside_the_range_is_not_preserved()
    {
        NatRig nat = NatRig.Of(new NatOptions { FirstPort = 20_000, LastPort = 20_511 });

        Assert.InRange(nat.Out(X, Y).Port, 20_000, 20_511);
    }

    [Fact]
    public void Port_overloading_shares_a_port_between_destinations_and_routes_each_reply()
    {
        NatRig nat = NatRig.Of(NatPresets.Linux.Nats[0]);

        TransportAddress first = nat.Out("192.168.1.2:6311", Y);
        TransportAddress second = nat.Out("192.168.1.3:6311", Z);
        TransportAddress third = nat.Out("192.168.1.3:6311", Y);

        Assert.Equal(first, second);
        Assert.Equal(6311, first.Port);
        Assert.NotEqual(first, third);
        Assert.Equal(TransportAddress.Parse("192.168.1.2:6311"), nat.In(Y, first));
        Assert.Equal(TransportAddress.Parse("192.168.1.3:6311"), nat.In(Z, second));
        Assert.Equal(TransportAddress.Parse("192.168.1.3:6311"), nat.In(Y, third));
    }

    [Theory]
    [InlineData(Pooling.Paired, true)]
    [InlineData(Pooling.Arbitrary, false)]
    public void Several_public_addresses_are_used_by_the_pooling_behaviour(Pooling pooling, bool isOne)
    {
        NatRig nat = NatRig.Of(new NatOptions
        {
            Mapping = Mapping.AddressAndPortDependent,
            Allocation = PortAllocation.Random,
            Pooling = pooling,
            PublicAddresses = [HostAddress.Parse("198.51.100.1"), HostAddress.Parse("198.51.100.2")],
        });

        IEnumerable<HostAddress> used = Enumerable.Range(1, 40).Select(i => nat.Out(X, $"203.0.113.5:{i}").Host).Distinct();

        Assert.Equal(isOne ? 1 : 2, used.Count());
        Assert.Equal(["198.51.100.1", "198.51.100.2"], nat.Nat.OutsideAddresses.Select(address => address.ToString()));
    }

    [Fact]
    public void A_NAT_drops_IPv6()
    {
        NatRig nat = NatRig.Of(new NatOptions());

        Assert.Equal(DropReason.WrongFamily, nat.TryOut("[2001:db8::2]:6311", "[2001:db8:1::2]:6311").Reason);
        Assert.Equal(DropReason.WrongFamily, nat.TryIn("[2001:db8::2]:6311", TransportAddress.Parse("[2001:db8:1::2]:6311")).Reason);
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        var good = new NatOptions { PublicAddresses = [NatRig.WanAddress] };

        Assert.Throws<ArgumentException>(() => new Nat(good with { PublicAddresses = [] }, 1));
        Assert.Throws<ArgumentException>(() => new Nat(good with { PublicAddresses = [HostAddress.Parse("2001:db8::1")] }, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Nat(good with { SequentialStep = 0 }, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Nat(good with { FirstPort = 0 }, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Nat(good with { FirstPort = 10, LastPort = 9 }, 1));
    }

    private static NatRig RigOf(Mapping mapping, Filtering filtering, PortAllocation allocation) =>
        NatRig.Of(new NatOptions { Mapping = mapping, Filtering = filtering, Allocation = allocation });

    private static int Modulo(int value, int by) => ((value % by) + by) % by;
}
