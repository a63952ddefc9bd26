using System.Diagnostics;
using Punch.Tests.Simulation;
using Xunit;

namespace Punch.Tests.Discovery;

/// <summary>Every kind of NAT with every kind of server: the right result, or an honest list that has it.</summary>
public sealed class DiscoveryMatrixTests
{
    private const int Seeds = 20;

    [Theory]
    [MemberData(nameof(NatCells.All), MemberType = typeof(NatCells))]
    public void A_server_with_two_addresses_finds_out_every_combination(Mapping mapping, Filtering filtering, PortAllocation allocation)
    {
        ForManySeeds(loss: 0, (seed, loss) =>
        {
            DiscoveryRig rig = new DiscoveryRig(DiscoveryRig.Access(mapping, filtering, allocation), seed, loss).ServeTwoAddresses();

            FamilyReport report = rig.Run(DiscoveryRig.A1P1).V4!;

            rig.Check(report.Mapping.Value == Expected(mapping), $"mapping is {report.Mapping}");
            rig.Check(report.Filtering.Value == Expected(filtering), $"filtering is {report.Filtering}");
            rig.Check(report.Allocation.Value == Expected(allocation), $"allocation is {report.Allocation}");
        });
    }

    [Theory]
    [MemberData(nameof(NatCells.All), MemberType = typeof(NatCells))]
    public void Five_percent_of_loss_changes_no_answer(Mapping mapping, Filtering filtering, PortAllocation allocation)
    {
        ForManySeeds(loss: 0.05, (seed, loss) =>
        {
            DiscoveryRig rig = new DiscoveryRig(DiscoveryRig.Access(mapping, filtering, allocation), seed, loss).ServeTwoAddresses();

            NatReport report = rig.Run(DiscoveryRig.A1P1);

            rig.Check(report.Primary.Mapping.Value == Expected(mapping), $"mapping is {report.Primary.Mapping}");
            rig.Check(report.Primary.Filtering.Value == Expected(filtering), $"filtering is {report.Primary.Filtering}");
            rig.Check(report.Primary.Allocation.Value == Expected(allocation), $"allocation is {report.Primary.Allocation}");
            rig.Check(report.Elapsed <= TimeSpan.FromSeconds(2.5), $"it took {report.Elapsed}");
        });
    }

    [Theory]
    [MemberData(nameof(NatCells.All), MemberType = typeof(NatCells))]
    public void One_address_with_two_ports_gives_a_list_that_holds_the_answer(Mapping mapping, Filtering filtering, PortAllocation allocation)
    {
        ForManySeeds(loss: 0.05, (seed, loss) =>
        {
            DiscoveryRig rig = new DiscoveryRig(DiscoveryRig.Access(mapping, filtering, allocation), seed, loss)
                .Serve(DiscoveryRig.A1P1, DiscoveryRig.A1P2);

            FamilyReport report = rig.Run(DiscoveryRig.A1P1).V4!;

            Mapping[] mappings = mapping == Mapping.AddressAndPortDependent
                ? [Mapping.AddressAndPortDependent]
                : [Mapping.EndpointIndependent, Mapping.AddressDependent];
            Filtering[] filters = filtering == Filtering.AddressAndPortDependent
                ? [Filtering.AddressAndPortDependent]
                : [Filtering.EndpointIndependent, Filtering.AddressDependent];
            rig.Check(report.Mapping.Candidates.SequenceEqual(mappings), $"mapping is {report.Mapping}");
            rig.Check(report.Filtering.Candidates.SequenceEqual(filters), $"filtering is {report.Filtering}");
            rig.Check(report.Mapping.Reason == (mappings.Length == 1 ? UnknownReason.None : UnknownReason.OneServerAddress), $"{report.Mapping.Reason}");
            rig.Check(report.Filtering.Reason == (filters.Length == 1 ? UnknownReason.None : UnknownReason.OneServerAddress), $"{report.Filtering.Reason}");
            rig.Check(report.Allocation.Value == Expected(allocation), $"allocation is {report.Allocation}");
        });
    }

    [Theory]
    [MemberData(nameof(NatCells.All), MemberType = typeof(NatCells))]
    public void Two_plain_servers_distinguish_EIM_from_the_rest_and_show_nothing_about_the_filter(Mapping mapping, Filtering filtering, PortAllocation allocation)
    {
        ForManySeeds(loss: 0.05, (seed, loss) =>
        {
            DiscoveryRig rig = new DiscoveryRig(DiscoveryRig.Access(mapping, filtering, allocation), seed, loss)
                .Serve(DiscoveryRig.A1P1).Serve(DiscoveryRig.B1P1);

            FamilyReport report = rig.Run(DiscoveryRig.A1P1, DiscoveryRig.B1P1).V4!;

            Mapping[] mappings = mapping == Mapping.EndpointIndependent
                ? [Mapping.EndpointIndependent]
                : [Mapping.AddressDependent, Mapping.AddressAndPortDependent];
            rig.Check(report.Mapping.Candidates.SequenceEqual(mappings), $"mapping is {report.Mapping}");
            rig.Check(report.Filtering.Candidates.Count == 3 && report.Filtering.Reason == UnknownReason.NoOtherSource, $"filtering is {report.Filtering}");
            rig.Check(report.Allocation.Value == Expected(allocation), $"allocation is {report.Allocation}");
        });
    }

    [Theory]
    [MemberData(nameof(NatCells.All), MemberType = typeof(NatCells))]
    public void Two_servers_with_two_ports_each_find_out_every_mapping(Mapping mapping, Filtering filtering, PortAllocation allocation)
    {
        ForManySeeds(loss: 0.05, (seed, loss) =>
        {
            DiscoveryRig rig = new DiscoveryRig(DiscoveryRig.Access(mapping, filtering, allocation), seed, loss)
                .Serve(DiscoveryRig.A1P1, DiscoveryRig.A1P2).Serve(DiscoveryRig.B1P1, DiscoveryRig.B1P2);

            FamilyReport report = rig.Run(DiscoveryRig.A1P1, DiscoveryRig.B1P1).V4!;

            rig.Check(report.Mapping.Value == Expected(mapping), $"mapping is {report.Mapping}");
            rig.Check(report.Filtering.Allows(Expected(filtering)), $"filtering is {report.Filtering}");
        });
    }

    private static void ForManySeeds(double loss, Action<ulong, double> run)
    {
        for (ulong seed = 1; seed <= Seeds; seed++) { run(seed, loss); }
    }

    private static Mapping Expected(Mapping mapping) => mapping switch
    {
        Mapping.EndpointIndependent => Mapping.EndpointIndependent,
        Mapping.AddressDependent => Mapping.AddressDependent,
        Mapping.AddressAndPortDependent => Mapping.AddressAndPortDependent,
        _ => throw new UnreachableException(),
    };

    private static Filtering Expected(Filtering filtering) => filtering switch
    {
        Filtering.EndpointIndependent => Filtering.EndpointIndependent,
        Filtering.AddressDependent => Filtering.AddressDependent,
        Filtering.AddressAndPortDependent => Filtering.AddressAndPortDependent,
        _ => throw new UnreachableException(),
    };

    private static PortAllocation Expected(PortAllocation allocation) => allocation switch
    {
        PortAllocation.Preserving => PortAllocation.Preserving,
        PortAllocation.Sequential => PortAllocation.Sequential,
        PortAllocation.Random => PortAllocation.Random,
        _ => throw new UnreachableException(),
    };
}
