using Xunit;

namespace Punch.Tests.Model;

/// <summary>
/// The sentences of docs/threat-model.md, over every short sequence of what an adversary can do. PUNCH_MODEL_DEPTH makes them longer.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private static readonly Dictionary<MeddlerWorld.Beginning, Lazy<Search>> Meddlers = Enum.GetValues<MeddlerWorld.Beginning>()
        .ToDictionary(beginning => beginning, beginning => new Lazy<Search>(() => new Search(() => new MeddlerWorld(beginning), depth: 3)));

    private static readonly Lazy<Search> Seats = new(() => new Search(() => new SeatWorld(), depth: 3));

    public static TheoryData<string, string> Meddled => new(
        from beginning in Enum.GetNames<MeddlerWorld.Beginning>()
        from promise in new[] { Promise.TakenInOnce, Promise.KnownPlaces, Promise.FewBytes, Promise.StillMeet }
        select (beginning, promise.ToString()));

    public static TheoryData<string> Seated => [.. Enum.GetNames<Promise>()];

    [Theory]
    [MemberData(nameof(Meddled))]
    public void Whatever_the_server_and_the_path_do_a_promise_holds(string beginning, string promise) =>
        Check(Meddlers[Enum.Parse<MeddlerWorld.Beginning>(beginning)].Value, promise);

    [Theory]
    [MemberData(nameof(Seated))]
    public void Whatever_an_adversary_says_to_the_server_a_promise_holds(string promise) => Check(Seats.Value, promise);

    private void Check(Search search, string promise)
    {
        output.WriteLine(search.Summary);
        string? breach = search.Breach(Enum.Parse<Promise>(promise));
        Assert.True(breach is null, breach);
    }
}
