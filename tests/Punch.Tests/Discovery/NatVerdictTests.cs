using Xunit;

namespace Punch.Tests.Discovery;

public sealed class NatVerdictTests
{
    private static readonly Finding<PortAllocation> AnyAllocation = Finding.Unknown<PortAllocation>(UnknownReason.NotTested);

    [Fact]
    public void The_verdict_is_the_same_from_both_ends()
    {
        foreach (AccessKind a in AccessKinds.All)
        {
            foreach (AccessKind b in AccessKinds.All)
            {
                Assert.Equal(NatVerdict.Between(a.Traits(), b.Traits()), NatVerdict.Between(b.Traits(), a.Traits()));
            }
        }
    }

    [Theory]
    [InlineData(Mapping.None, Filtering.None, "yyyyyyyyyyyy")]
    [InlineData(Mapping.None, Filtering.AddressAndPortDependent, "yyyyyyyyssss")]
    [InlineData(Mapping.EndpointIndependent, Filtering.EndpointIndependent, "yyyyyyyyyyyy")]
    [InlineData(Mapping.EndpointIndependent, Filtering.AddressDependent, "yyyyyyyyyyyy")]
    [InlineData(Mapping.EndpointIndependent, Filtering.AddressAndPortDependent, "yyyyyyyyssss")]
    [InlineData(Mapping.AddressDependent, Filtering.AddressAndPortDependent, "ysyyssssnnnn")]
    [InlineData(Mapping.AddressAndPortDependent, Filtering.AddressAndPortDependent, "ysyyssssnnnn")]
    [InlineData(Mapping.AddressAndPortDependent, Filtering.EndpointIndependent, "ysyyssssnynn")]
    public void The_table_of_pairs(Mapping mapping, Filtering filtering, string expected)
    {
        IReadOnlyList<PeerVerdict> verdicts = PeerVerdict.ForAll(
            Finding.Known(mapping), Finding.Known(filtering), Finding.Known(PortAllocation.Random));

        Assert.Equal(expected, string.Concat(verdicts.Select(verdict => char.ToLowerInvariant(verdict.Direct.ToString()[0]))));
    }

    [Fact]
    public void Two_sequences_can_be_searched_for_and_other_moving_ends_cannot()
    {
        IReadOnlyList<PeerVerdict> verdicts = PeerVerdict.ForAll(
            Finding.Known(Mapping.AddressAndPortDependent),
            Finding.Known(Filtering.AddressAndPortDependent),
            Finding.Known(PortAllocation.Sequential));

        Assert.Equal(DirectPath.Search, verdicts.Single(verdict => verdict.Peer == AccessKind.SymmetricSequential).Direct);
        Assert.Equal(DirectPath.No, verdicts.Single(verdict => verdict.Peer == AccessKind.SymmetricRandom).Direct);
    }

    [Fact]
    public void Candidates_that_agree_give_a_known_verdict_and_others_name_the_missing_findings()
    {
        Finding<Mapping> mapping = Finding.OneOf(
            UnknownReason.OneServerAddress, Mapping.EndpointIndependent, Mapping.AddressDependent);
        Finding<Filtering> filtering = Finding.Known(Filtering.AddressAndPortDependent);

        IReadOnlyList<PeerVerdict> verdicts = PeerVerdict.ForAll(mapping, filtering, Finding.Known(PortAllocation.Random));

        Assert.Equal(new PeerVerdict(AccessKind.FullCone, DirectPath.Yes, NatFindings.None), verdicts.Single(verdict => verdict.Peer == AccessKind.FullCone));
        Assert.Equal(
            new PeerVerdict(AccessKind.PortRestricted, DirectPath.Unknown, NatFindings.Mapping),
            verdicts.Single(verdict => verdict.Peer == AccessKind.PortRestricted));
    }

    [Fact]
    public void An_unknown_that_changes_nothing_is_not_rested_on()
    {
        IReadOnlyList<PeerVerdict> verdicts = PeerVerdict.ForAll(
            Finding.Known(Mapping.EndpointIndependent), Finding.Known(Filtering.AddressDependent), AnyAllocation);

        Assert.All(verdicts, verdict => Assert.Equal(DirectPath.Yes, verdict.Direct));
    }

    [Fact]
    public void A_verdict_may_rest_on_two_unknowns_at_once()
    {
        IReadOnlyList<PeerVerdict> verdicts = PeerVerdict.ForAll(
            Finding.Unknown<Mapping>(UnknownReason.OneServerAddress),
            Finding.Unknown<Filtering>(UnknownReason.NoOtherSource),
            AnyAllocation);

        Assert.Equal(
            new PeerVerdict(AccessKind.SymmetricRandom, DirectPath.Unknown, NatFindings.Mapping | NatFindings.Filtering),
            verdicts.Single(verdict => verdict.Peer == AccessKind.SymmetricRandom));
    }
}
