using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Discovery;

/// <summary>Servers that contradict each other about the public address.</summary>
public sealed class WitnessTests
{
    private static readonly TransportAddress Third = TransportAddress.Parse("192.0.2.8:3478");

    [Theory]
    [InlineData("192.168.1.1:40001")]
    [InlineData("100.64.0.9:40001")]
    [InlineData("8.8.8.8:40001")]
    public void One_server_against_a_full_one_is_named_and_left_out(string claim)
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.PortRestricted).ServeTwoAddresses().Serve([DiscoveryRig.B1P1], () => Forger(claim));

        NatReport report = rig.Run(DiscoveryRig.A1P1, DiscoveryRig.B1P1);

        Assert.Equal(Mapping.EndpointIndependent, report.Primary.Mapping.Value);
        Assert.Equal(CarrierHints.None, report.Primary.CarrierHints);
        Assert.Equal([DiscoveryRig.Public], report.Primary.PublicHosts);
        Assert.Equal(DiscoveryRig.Public, Assert.Single(report.PublicAddresses).Host);
        Assert.Equal([false, true], report.Servers.Select(server => server.IsLeftOut));
    }

    [Fact]
    public void Two_honest_servers_outvote_one_that_would_lead()
    {
        TransportAddress[] places = [DiscoveryRig.A1P1, DiscoveryRig.A1P2];
        DiscoveryRig rig = new DiscoveryRig(NatPresets.PortRestricted)
            .Serve(places, () => Forger("8.8.8.8:40001", other: DiscoveryRig.A1P2)).Serve(DiscoveryRig.B1P1).Serve(Third);

        NatReport report = rig.Run(DiscoveryRig.A1P1, DiscoveryRig.B1P1, Third);

        Assert.Equal([true, false, false], report.Servers.Select(server => server.IsLeftOut));
        Assert.False(report.Servers[0].IsLead);
        Assert.Equal([DiscoveryRig.Public], report.Primary.PublicHosts);
    }

    [Theory]
    [InlineData("192.168.1.1:40001")]
    [InlineData("8.8.8.8:40001")]
    public void Two_that_disagree_without_a_third_leave_it_unknown(string claim)
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.PortRestricted).Serve(DiscoveryRig.A1P1).Serve([DiscoveryRig.B1P1], () => Forger(claim));

        NatReport report = rig.Run(DiscoveryRig.A1P1, DiscoveryRig.B1P1);

        Assert.Equal(3, report.Primary.Mapping.Candidates.Count);
        Assert.Equal(UnknownReason.ServersDisagree, report.Primary.Mapping.Reason);
        Assert.Equal(CarrierHints.None, report.Primary.CarrierHints);
        Assert.True(report.Primary.AreServersSplit);
        Assert.DoesNotContain(report.Servers, server => server.IsLeftOut);
    }

    [Fact]
    public void Two_that_disagree_on_an_open_host_leave_even_a_NAT_unknown()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.Open).Serve(DiscoveryRig.A1P1).Serve([DiscoveryRig.B1P1], () => Forger("8.8.8.8:5"));

        NatReport report = rig.Run(DiscoveryRig.A1P1, DiscoveryRig.B1P1);

        Assert.Equal(4, report.Primary.Mapping.Candidates.Count);
    }

    [Fact]
    public void A_full_server_that_names_a_private_address_against_a_plain_one_is_not_believed()
    {
        TransportAddress[] places = [DiscoveryRig.A1P1, DiscoveryRig.A1P2, DiscoveryRig.A2P1, DiscoveryRig.A2P2];
        DiscoveryRig rig = new DiscoveryRig(NatPresets.PortRestricted)
            .Serve(places, () => Forger("192.168.1.1:40001", other: DiscoveryRig.A2P2)).Serve(DiscoveryRig.B1P1);

        NatReport report = rig.Run(DiscoveryRig.A1P1, DiscoveryRig.B1P1);

        Assert.Equal(UnknownReason.ServersDisagree, report.Primary.Mapping.Reason);
    }

    [Fact]
    public void Another_port_at_one_server_alone_is_possible_but_no_fact()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.PortRestricted).ServeTwoAddresses()
            .Serve([DiscoveryRig.B1P1], () => Forger($"{DiscoveryRig.Public}:7"));

        NatReport report = rig.Run(DiscoveryRig.A1P1, DiscoveryRig.B1P1);

        Assert.Equal(UnknownReason.ServersDisagree, report.Primary.Mapping.Reason);
        Assert.True(report.Primary.Mapping.Allows(Mapping.EndpointIndependent));
    }

    [Fact]
    public void A_NAT_that_shows_several_addresses_to_one_server_is_not_a_contradiction()
    {
        var nat = new NatOptions
        {
            Mapping = Mapping.AddressAndPortDependent,
            Filtering = Filtering.AddressAndPortDependent,
            FilterScope = FilterScope.Mapping,
            Allocation = PortAllocation.Random,
        };
        DiscoveryRig rig = new DiscoveryRig(DiscoveryRig.Access(nat)).ServeTwoAddresses().Serve([DiscoveryRig.B1P1], () => Forger("198.51.100.9:5"));

        NatReport report = rig.Run(DiscoveryRig.A1P1, DiscoveryRig.B1P1);

        Assert.Equal(Mapping.AddressAndPortDependent, report.Primary.Mapping.Value);
        Assert.Equal(CarrierHints.SeveralPublicAddresses, report.Primary.CarrierHints);
        Assert.DoesNotContain(report.Servers, server => server.IsLeftOut);
    }

    private static OddServer Forger(string mapped, TransportAddress? other = null) => new(request =>
        [OddServer.Success(request, TransportAddress.Parse(mapped), other)]);
}
