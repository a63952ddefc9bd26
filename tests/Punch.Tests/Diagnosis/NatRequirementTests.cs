using Punch.Cli.Nat;
using Xunit;

namespace Punch.Tests.Diagnosis;

public sealed class NatRequirementTests
{
    [Theory]
    [InlineData("eim", "open", "Met")]
    [InlineData("eim", "port-restricted", "Met")]
    [InlineData("eim", "adm", "Unmet")]
    [InlineData("none", "firewall", "Met")]
    [InlineData("none", "full-cone", "Unmet")]
    [InlineData("adm", "symmetric-random", "Unmet")]
    [InlineData("adf", "address-restricted", "Met")]
    [InlineData("adf", "port-restricted", "Unmet")]
    [InlineData("preserving", "linux", "Met")]
    [InlineData("preserving", "full-cone", "Unmet")]
    [InlineData("udp", "symmetric-random", "Met")]
    [InlineData("full-cone", "open", "Met")]
    [InlineData("full-cone", "address-restricted", "Unmet")]
    [InlineData("port-restricted", "full-cone", "Met")]
    [InlineData("port-restricted", "linux", "Met")]
    [InlineData("port-preserving", "linux", "Met")]
    [InlineData("port-preserving", "port-restricted", "Unmet")]
    [InlineData("open", "firewall", "Unmet")]
    [InlineData("symmetric-random", "symmetric-random", "Met")]
    public void A_network_at_least_as_good_meets_it(string word, string network, string expected) =>
        Assert.Equal(expected, NatRequirement.Parse(word).Judge(NatReports.Of(network)).ToString());

    [Fact]
    public void An_unknown_finding_leaves_a_requirement_undecided()
    {
        NatReport partial = NatReports.Partial("full-cone");

        Assert.Equal(RequirementState.Unknown, NatRequirement.Parse("eim").Judge(partial));
        Assert.Equal(RequirementState.Met, NatRequirement.Parse("adm").Judge(partial));
        Assert.Equal(RequirementState.Unmet, NatRequirement.Parse("none").Judge(partial));
        Assert.Equal(RequirementState.Unmet, NatRequirement.Parse("udp").Judge(NatReports.Blocked()));
    }

    [Fact]
    public void An_unknown_word_is_refused() => Assert.Throws<FailureException>(() => NatRequirement.Parse("symmetric"));
}
