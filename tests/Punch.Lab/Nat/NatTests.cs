using Punch.Protocol;
using Punch.Protocol.Nat;
using Xunit;

namespace Punch.Lab.Nat;

/// <summary>
/// <c>punch nat</c> and <c>punch serve</c>, both the real binary, and coturn's versions of both, for every kind of network.
/// </summary>
public sealed class NatTests(NatBatch batch) : IClassFixture<NatBatch>
{
    public static TheoryData<string, string> Reports { get; } =
        [.. from kind in NatKind.All from servers in NatServers.All select Row(kind, servers)];

    public static TheoryData<string> Reachable { get; } =
    [
        .. from kind in NatKind.All
           where kind.Truth is not null
           select new TheoryDataRow<string>(kind.Name).WithTrait("kind", kind.Name).WithTrait("group", "nat"),
    ];

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task A_report_has_all_that_the_servers_can_find_out_and_no_more(string kind, string servers)
    {
        NatServers asked = ServersNamed(servers);
        if (asked.NeedsCoturn) { Prerequisites.NeedCoturn(); }

        Prerequisites.NeedPunch();

        NatRun run = (await batch.ReportsOf(KindNamed(kind))).Single(each => each.Servers == asked);

        Assert.True(run.Problems.Count == 0, run.Transcript);
    }

    [Theory]
    [MemberData(nameof(Reachable))]
    public async Task Coturns_discovery_agrees(string kind)
    {
        Prerequisites.NeedCoturn();
        NatTraits truth = KindNamed(kind).Truth!.Value;

        CoturnAnswers found = await batch.CoturnOf(KindNamed(kind));

        string filtering = truth.Filtering == Filtering.None ? "eif" : TraitNames.Of(truth.Filtering);
        Assert.True(CoturnTools.Mapping(found.Mapping) == TraitNames.Of(truth.Mapping), found.Mapping);
        Assert.True(CoturnTools.Filtering(found.Filtering) == filtering, found.Filtering);
    }

    [Theory]
    [MemberData(nameof(Reachable))]
    public async Task Coturns_client_learns_its_public_address_from_punch(string kind)
    {
        Prerequisites.NeedCoturn();

        CoturnAnswers answers = await batch.CoturnOf(KindNamed(kind));

        string[] mapped = CoturnTools.Mapped(answers.Asked);
        Assert.True(mapped.Length > 0, answers.Asked);
        Assert.All(mapped, address => Assert.Equal(answers.PublicHost, TransportAddress.Parse(address).Host));
    }

    private static NatKind KindNamed(string name) => NatKind.All.Single(kind => kind.Name == name);

    private static NatServers ServersNamed(string name) => NatServers.All.Single(servers => servers.Name == name);

    private static TheoryDataRow<string, string> Row(NatKind kind, NatServers servers) =>
        new TheoryDataRow<string, string>(kind.Name, servers.Name).WithTrait("kind", kind.Name).WithTrait("group", "nat");
}
