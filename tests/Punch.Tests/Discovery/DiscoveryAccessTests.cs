using Punch.Simulation;
using Punch.Tests.Serving;
using Xunit;

namespace Punch.Tests.Discovery;

/// <summary>The named kinds of access, and access without a NAT.</summary>
public sealed class DiscoveryAccessTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("open", "None", "None", "Preserving", true)]
    [InlineData("firewall", "None", "AddressAndPortDependent", "Preserving", false)]
    [InlineData("full-cone", "EndpointIndependent", "EndpointIndependent", "Random", true)]
    [InlineData("full-cone-preserving", "EndpointIndependent", "EndpointIndependent", "Preserving", true)]
    [InlineData("address-restricted", "EndpointIndependent", "AddressDependent", "Random", false)]
    [InlineData("port-restricted", "EndpointIndependent", "AddressAndPortDependent", "Random", false)]
    [InlineData("port-preserving", "EndpointIndependent", "AddressAndPortDependent", "Preserving", false)]
    [InlineData("linux", "EndpointIndependent", "AddressAndPortDependent", "Preserving", false)]
    [InlineData("carrier", "EndpointIndependent", "AddressAndPortDependent", "Random", false)]
    [InlineData("adm", "AddressDependent", "AddressAndPortDependent", "Random", false)]
    [InlineData("symmetric-eif", "AddressAndPortDependent", "EndpointIndependent", "Random", true)]
    [InlineData("symmetric-sequential", "AddressAndPortDependent", "AddressAndPortDependent", "Sequential", false)]
    [InlineData("symmetric-random", "AddressAndPortDependent", "AddressAndPortDependent", "Random", false)]
    public void Every_preset_is_recognised(string name, string mapping, string filtering, string allocation, bool isQuick)
    {
        foreach (double loss in (double[])[0, 0.05])
        {
            for (ulong seed = 1; seed <= 50; seed++)
            {
                AccessKinds.TryFind(name, out AccessKind kind);
                DiscoveryRig rig = new DiscoveryRig(NatPresets.Of(kind), seed, loss).ServeTwoAddresses();

                NatReport report = rig.Run(DiscoveryRig.A1P1);

                FamilyReport v4 = report.V4!;
                rig.Check($"{v4.Mapping}" == mapping, $"mapping is {v4.Mapping}");
                rig.Check($"{v4.Filtering}" == filtering, $"filtering is {v4.Filtering}");
                rig.Check($"{v4.Allocation}" == allocation, $"allocation is {v4.Allocation}");
                rig.Check(v4.IsFirewalled == (name == "firewall"), $"firewalled is {v4.IsFirewalled}");
                rig.Check(v4.Hairpin.Reason == UnknownReason.NotTested, "no packet is sent to the own address unless asked for");
                rig.Check(report.Elapsed <= TimeSpan.FromSeconds(2.5), $"it took {report.Elapsed}");
                rig.Check(!isQuick || loss > 0 || report.Elapsed <= TimeSpan.FromMilliseconds(110), $"two round trips are enough, it took {report.Elapsed}");
                rig.Check(loss > 0 || report.Elapsed <= Quick, $"it took {report.Elapsed}");
                rig.Check(loss > 0 || rig.SentCount <= 35, $"a server that allows a burst of 50 is not overrun by {rig.SentCount} requests");
            }
        }
    }

    [Theory]
    [InlineData("linux", EarlyPacket.Held, NatAdvice.StartTogether)]
    [InlineData("port-preserving", EarlyPacket.Ignored, NatAdvice.ForwardPort)]
    public void A_router_that_holds_early_packets_is_recognised(string name, EarlyPacket expected, NatAdvice advice)
    {
        AccessKinds.TryFind(name, out AccessKind kind);
        DiscoveryRig rig = new DiscoveryRig(NatPresets.Of(kind)).ServeTwoAddresses();

        NatReport report = rig.Run(DiscoveryRig.A1P1);

        Assert.Equal(expected, report.Primary.EarlyPackets.Value);
        Assert.Equal(advice, report.Advice);
    }

    [Fact]
    public void The_public_address_is_the_one_peers_see()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.PortPreserving).ServeTwoAddresses();

        NatReport report = rig.Run(DiscoveryRig.A1P1);

        TransportAddress mapped = Assert.Single(report.PublicAddresses);
        Assert.Equal(DiscoveryRig.Public, mapped.Host);
        Assert.Equal(report.Primary.Local!.Value.Port, mapped.Port);
        ServerReport server = Assert.Single(report.Servers);
        Assert.Equal(new ServerReport(DiscoveryRig.A1P1, ServerState.Answered, mapped, TimeSpan.FromMilliseconds(50), DiscoveryRig.A2P2, IsLead: true), server);
    }

    [Fact]
    public void Without_UDP_the_report_says_blocked_in_time()
    {
        DiscoveryRig rig = new(NatPresets.PortPreserving);

        NatReport report = rig.Run(DiscoveryRig.A1P1, DiscoveryRig.B1P1);

        Assert.Equal(UdpState.Blocked, report.Udp);
        Assert.Equal(UnknownReason.NoAnswer, report.Primary.Mapping.Reason);
        Assert.All(report.Servers, server => Assert.Equal(ServerState.Silent, server.State));
        Assert.All(report.Verdicts, verdict => Assert.Equal(DirectPath.No, verdict.Direct));
        Assert.Equal(NatAdvice.AllowUdp, report.Advice);
        Assert.InRange(report.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
        Assert.Equal(14, rig.SentCount);
        Assert.Equal(2, rig.Events.Count(e => e.Kind == DiscoveryEventKind.ServerSilent));
    }

    [Fact]
    public void IPv6_behind_a_firewall_is_not_a_NAT()
    {
        TransportAddress[] places = [.. new[] { "[2001:db8::1]:3478", "[2001:db8::1]:3479", "[2001:db8::2]:3478", "[2001:db8::2]:3479" }.Select(TransportAddress.Parse)];
        var simulator = new Simulator(5);
        HostAddress home = HostAddress.Parse("2001:db8:1::5");
        Site site = NatPresets.Firewall.Attach(simulator.Network, "client", home, new LinkOptions { Delay = TimeSpan.FromMilliseconds(10) }, 1);
        Node server = simulator.Network.AddHost("server", simulator.Network.Internet, [places[0].Host, places[2].Host], new LinkOptions());
        simulator.Start(server, places, Instant.Zero, _ => Servers.Stun(places));
        TransportAddress[] sockets = [.. Enumerable.Range(0, 6).Select(i => new TransportAddress(HostAddress.AnyV6, (ushort)(40_000 + (i * 37))))];
        var options = new NatDiscoveryOptions { Servers = [new DiscoveryServer(places[0], home)], Sockets = sockets, IdKey = (1, 2) };
        SimulatedMachine<DiscoveryEvent> client = simulator.Start<DiscoveryEvent>(site.Host, sockets, Instant.Zero, now => new NatDiscovery(options, now));

        simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(3)));

        FamilyReport report = ((NatDiscovery)client.Machine!).Report!.Primary;
        Assert.True(report.IsV6);
        Assert.Equal(Mapping.None, report.Mapping.Value);
        Assert.Equal(Filtering.AddressAndPortDependent, report.Filtering.Value);
        Assert.True(report.IsFirewalled);
        Assert.Equal(new TransportAddress(home, sockets[0].Port), Assert.Single(report.PublicAddresses));
    }

    [Fact]
    public void Without_the_local_address_no_NAT_and_EIM_stay_two_candidates()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.Open) { KnowsLocal = false }.ServeTwoAddresses();

        FamilyReport report = rig.Run(DiscoveryRig.A1P1).Primary;

        Assert.Equal([Mapping.None, Mapping.EndpointIndependent], report.Mapping.Candidates);
        Assert.Equal(UnknownReason.LocalAddressUnknown, report.Mapping.Reason);
        Assert.Equal([Filtering.None, Filtering.EndpointIndependent], report.Filtering.Candidates);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(-3)]
    [InlineData(10)]
    public void The_step_of_a_sequence_is_found(int step)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            foreach (Mapping mapping in Enum.GetValues<Mapping>().Where(each => each != Mapping.None))
            {
                NatPreset access = DiscoveryRig.Access(new NatOptions { Mapping = mapping, Allocation = PortAllocation.Sequential, SequentialStep = step });
                DiscoveryRig rig = new DiscoveryRig(access, seed).ServeTwoAddresses();

                FamilyReport report = rig.Run(DiscoveryRig.A1P1).Primary;

                rig.Check(report.SequentialStep == step, $"{mapping}: step is {report.SequentialStep}");
            }
        }
    }

    /// <summary>Sockets 1 to 5 send the burst that shows the ports.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(-3)]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(-30)]
    public void A_mapping_that_another_program_left_does_not_hide_a_sequence(int step)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            foreach (Mapping mapping in Enum.GetValues<Mapping>().Where(each => each != Mapping.None))
            {
                NatPreset access = DiscoveryRig.Access(new NatOptions { Mapping = mapping, Allocation = PortAllocation.Sequential, SequentialStep = step });
                (int Socket, int Since) stale = (1 + (int)(seed % 5), (int)seed * 20);
                DiscoveryRig rig = new DiscoveryRig(access, seed) { Stale = stale }.ServeTwoAddresses();

                FamilyReport report = rig.Run(DiscoveryRig.A1P1).Primary;

                rig.Check(report.Allocation.Value == PortAllocation.Sequential, $"{mapping}: allocation is {report.Allocation}");
                rig.Check(report.SequentialStep == step, $"{mapping}: step is {report.SequentialStep}");
            }
        }
    }

    [Fact]
    public void Random_ports_of_a_small_block_are_recognised_as_a_block()
    {
        NatPreset access = DiscoveryRig.Access(new NatOptions { Allocation = PortAllocation.Random, FirstPort = 20_480, LastPort = 20_991 });

        for (ulong seed = 1; seed <= 50; seed++)
        {
            DiscoveryRig rig = new DiscoveryRig(access, seed).ServeTwoAddresses();

            FamilyReport report = rig.Run(DiscoveryRig.A1P1).Primary;

            rig.Check(report.Allocation.Value == PortAllocation.Block, $"allocation is {report.Allocation}");
            rig.Check(report.Block is { First: >= 20_480, Last: <= 20_991 }, $"block is {report.Block}");
        }
    }

    [Fact]
    public void Several_public_addresses_and_private_ones_upstream_hint_at_a_carrier()
    {
        HostAddress[] pool = [.. Enumerable.Range(1, 8).Select(i => HostAddress.Parse($"198.51.100.{i}"))];
        var nat = new Nat(new NatOptions { PublicAddresses = pool, Pooling = Pooling.Arbitrary, Allocation = PortAllocation.Random }, 3);
        CarrierHints Hints(IMiddlebox middlebox, string local)
        {
            var simulator = new Simulator(3);
            Node router = simulator.Network.AddRouter("nat", simulator.Network.Internet, middlebox, new LinkOptions());
            Node host = simulator.Network.AddHost("client", router, [HostAddress.Parse(local)], new LinkOptions());
            TransportAddress[] places = [DiscoveryRig.A1P1];
            Node server = simulator.Network.AddHost("server", simulator.Network.Internet, [places[0].Host], new LinkOptions());
            simulator.Start(server, places, Instant.Zero, _ => Servers.Stun(places));
            TransportAddress[] sockets = [.. Enumerable.Range(0, 6).Select(i => new TransportAddress(HostAddress.AnyV4, (ushort)(40_000 + (i * 37))))];
            var options = new NatDiscoveryOptions { Servers = [new DiscoveryServer(places[0], host.Addresses[0])], Sockets = sockets, IdKey = (1, 2) };
            SimulatedMachine<DiscoveryEvent> client = simulator.Start<DiscoveryEvent>(host, sockets, Instant.Zero, now => new NatDiscovery(options, now));
            simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(3)));
            return ((NatDiscovery)client.Machine!).Report!.Primary.CarrierHints;
        }

        Assert.Equal(CarrierHints.SeveralPublicAddresses, Hints(nat, "192.168.1.2"));
        Assert.Equal(CarrierHints.SharedLocalAddress | CarrierHints.SeveralPublicAddresses, Hints(nat, "100.64.3.4"));
        var single = new Nat(new NatOptions { PublicAddresses = [DiscoveryRig.Public] }, 3);
        Assert.Equal(CarrierHints.None, Hints(single, "192.168.1.2"));
        Assert.Equal(CarrierHints.SharedLocalAddress, Hints(single, "100.64.3.4"));
    }

    [Theory]
    [InlineData(true, Hairpinning.Works)]
    [InlineData(false, Hairpinning.Missing)]
    public void Hairpinning_is_tested_on_request(bool hairpins, Hairpinning expected)
    {
        foreach (Filtering filtering in Enum.GetValues<Filtering>().Where(each => each != Filtering.None))
        {
            NatPreset access = DiscoveryRig.Access(new NatOptions { Filtering = filtering, Hairpins = hairpins, Allocation = PortAllocation.Random });
            DiscoveryRig rig = new DiscoveryRig(access) { TestsHairpin = true }.ServeTwoAddresses();

            FamilyReport report = rig.Run(DiscoveryRig.A1P1).Primary;

            Assert.Equal(expected, report.Hairpin.Value);
        }
    }

    [Theory]
    [InlineData(30, 25, 35)]
    [InlineData(60, 55, 65)]
    [InlineData(120, 115, 125)]
    [InlineData(300, 290, 310)]
    public void The_lifetime_of_a_mapping_is_tested_on_request(int lifetime, int alive, int dead)
    {
        foreach (Mapping mapping in Enum.GetValues<Mapping>().Where(each => each != Mapping.None))
        {
            NatPreset access = DiscoveryRig.Access(new NatOptions { Mapping = mapping, Lifetime = TimeSpan.FromSeconds(lifetime) });
            DiscoveryRig rig = new DiscoveryRig(access, loss: 0.05) { TestsLifetime = true }.ServeTwoAddresses();

            NatReport report = rig.Run(DiscoveryRig.A1P1);

            Assert.Equal(new MappingLifetime(TimeSpan.FromSeconds(alive), TimeSpan.FromSeconds(dead)), report.Primary.Lifetime);
            Assert.InRange(report.Elapsed, TimeSpan.FromSeconds(dead), TimeSpan.FromSeconds(dead + 4));
            Assert.Equal(1, rig.Events.Count(e => e.Kind == DiscoveryEventKind.MappingDead));
        }
    }

    [Fact]
    public void A_mapping_that_outlives_the_test_has_no_upper_bound()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.Open) { TestsLifetime = true }.ServeTwoAddresses();

        Assert.Equal(new MappingLifetime(TimeSpan.FromSeconds(310), null), rig.Run(DiscoveryRig.A1P1).Primary.Lifetime);
    }

    [Fact]
    public void A_stopped_lifetime_test_is_unknown_for_that_reason()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.Open) { TestsLifetime = true }.ServeTwoAddresses();
        rig.Simulator.Schedule(Instant.At(TimeSpan.FromSeconds(60)), now => rig.Machine.Stop(now));

        FamilyReport report = rig.Run(DiscoveryRig.A1P1).Primary;

        Assert.Null(report.Lifetime);
        Assert.Equal(UnknownReason.StoppedEarly, report.LifetimeReason);
    }
}
