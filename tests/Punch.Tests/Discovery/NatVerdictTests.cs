using Punch.Protocol.Discovery;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Discovery;

public sealed class NatVerdictTests
{
    private static readonly Finding<AllocationBehavior> AnyAllocation = Finding.Unknown<AllocationBehavior>(UnknownReason.NotTested);

    [Fact]
    public void Every_kind_has_the_name_of_a_preset() =>
        Assert.All(PeerKinds.All, kind => Assert.True(NatPresets.TryFind(kind.Name(), out _), kind.Name()));

    [Fact]
    public void The_verdict_is_the_same_from_both_ends()
    {
        foreach (PeerKind a in PeerKinds.All)
        {
            foreach (PeerKind b in PeerKinds.All)
            {
                Assert.Equal(NatVerdict.Between(a.Traits(), b.Traits()), NatVerdict.Between(b.Traits(), a.Traits()));
            }
        }
    }

    [Theory]
    [InlineData(MappingBehavior.None, FilteringBehavior.None, "yyyyyyyyyyyy")]
    [InlineData(MappingBehavior.None, FilteringBehavior.AddressAndPortDependent, "yyyyyyyyssss")]
    [InlineData(MappingBehavior.EndpointIndependent, FilteringBehavior.EndpointIndependent, "yyyyyyyyyyyy")]
    [InlineData(MappingBehavior.EndpointIndependent, FilteringBehavior.AddressDependent, "yyyyyyyyyyyy")]
    [InlineData(MappingBehavior.EndpointIndependent, FilteringBehavior.AddressAndPortDependent, "yyyyyyyyssss")]
    [InlineData(MappingBehavior.AddressDependent, FilteringBehavior.AddressAndPortDependent, "ysyyssssnnnn")]
    [InlineData(MappingBehavior.AddressAndPortDependent, FilteringBehavior.AddressAndPortDependent, "ysyyssssnnnn")]
    [InlineData(MappingBehavior.AddressAndPortDependent, FilteringBehavior.EndpointIndependent, "ysyyssssnynn")]
    public void The_table_of_pairs(MappingBehavior mapping, FilteringBehavior filtering, string expected)
    {
        IReadOnlyList<PeerVerdict> verdicts = NatVerdict.For(
            Finding.Known(mapping), Finding.Known(filtering), Finding.Known(AllocationBehavior.Random));

        Assert.Equal(expected, string.Concat(verdicts.Select(verdict => char.ToLowerInvariant(verdict.Direct.ToString()[0]))));
    }

    [Fact]
    public void Two_sequences_can_be_searched_for_and_other_moving_ends_cannot()
    {
        IReadOnlyList<PeerVerdict> verdicts = NatVerdict.For(
            Finding.Known(MappingBehavior.AddressAndPortDependent),
            Finding.Known(FilteringBehavior.AddressAndPortDependent),
            Finding.Known(AllocationBehavior.Sequential));

        Assert.Equal(DirectPath.Search, verdicts.Single(verdict => verdict.Peer == PeerKind.SymmetricSequential).Direct);
        Assert.Equal(DirectPath.No, verdicts.Single(verdict => verdict.Peer == PeerKind.SymmetricRandom).Direct);
    }

    [Fact]
    public void A_list_whose_candidates_agree_gives_a_known_verdict_and_one_whose_do_not_says_what_it_rests_on()
    {
        Finding<MappingBehavior> mapping = Finding.OneOf(
            UnknownReason.OneServerAddress, MappingBehavior.EndpointIndependent, MappingBehavior.AddressDependent);
        Finding<FilteringBehavior> filtering = Finding.Known(FilteringBehavior.AddressAndPortDependent);

        IReadOnlyList<PeerVerdict> verdicts = NatVerdict.For(mapping, filtering, Finding.Known(AllocationBehavior.Random));

        Assert.Equal(new PeerVerdict(PeerKind.FullCone, DirectPath.Yes, NatFindings.None), verdicts.Single(verdict => verdict.Peer == PeerKind.FullCone));
        Assert.Equal(
            new PeerVerdict(PeerKind.PortRestricted, DirectPath.Unknown, NatFindings.Mapping),
            verdicts.Single(verdict => verdict.Peer == PeerKind.PortRestricted));
    }

    [Fact]
    public void An_unknown_that_changes_nothing_is_not_rested_on()
    {
        IReadOnlyList<PeerVerdict> verdicts = NatVerdict.For(
            Finding.Known(MappingBehavior.EndpointIndependent), Finding.Known(FilteringBehavior.AddressDependent), AnyAllocation);

        Assert.All(verdicts, verdict => Assert.Equal(DirectPath.Yes, verdict.Direct));
    }

    [Fact]
    public void A_verdict_may_rest_on_two_unknowns_at_once()
    {
        IReadOnlyList<PeerVerdict> verdicts = NatVerdict.For(
            Finding.Unknown<MappingBehavior>(UnknownReason.OneServerAddress),
            Finding.Unknown<FilteringBehavior>(UnknownReason.NoOtherSource),
            AnyAllocation);

        Assert.Equal(
            new PeerVerdict(PeerKind.SymmetricRandom, DirectPath.Unknown, NatFindings.Mapping | NatFindings.Filtering),
            verdicts.Single(verdict => verdict.Peer == PeerKind.SymmetricRandom));
    }
}
