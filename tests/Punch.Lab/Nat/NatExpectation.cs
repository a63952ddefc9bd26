using Punch.Protocol.Nat;

namespace Punch.Lab.Nat;

/// <summary>
/// What a report has to say: every behaviour that looks the same as the true one from these servers, and no other. A shorter list would
/// claim too much, and a longer one would hide results.
/// </summary>
internal static class NatExpectation
{
    public static string[] MappingNames(Mapping truth, Places places) => Alike(truth, places switch
    {
        _ when truth == Mapping.None => [[Mapping.None]],
        Places.TwoAddresses => [],
        Places.TwoPorts => [[Mapping.EndpointIndependent, Mapping.AddressDependent]],
        Places.TwoServers => [[Mapping.AddressDependent, Mapping.AddressAndPortDependent]],
        Places.One => [[Mapping.EndpointIndependent, Mapping.AddressDependent, Mapping.AddressAndPortDependent]],
        _ => throw new ArgumentOutOfRangeException(nameof(places)),
    }, TraitNames.Of);

    public static string[] FilteringNames(NatTraits truth, Places places)
    {
        Filtering unfiltered = truth.Mapping == Mapping.None ? Filtering.None : Filtering.EndpointIndependent;
        return Alike(truth.Filtering, places switch
        {
            Places.TwoAddresses => [],
            Places.TwoPorts => [[unfiltered, Filtering.AddressDependent]],
            Places.One or Places.TwoServers => [[unfiltered, Filtering.AddressDependent, Filtering.AddressAndPortDependent]],
            _ => throw new ArgumentOutOfRangeException(nameof(places)),
        }, TraitNames.Of);
    }

    /// <summary>The expected exit code: 0 if the report decides for each kind of peer, 1 if not, 4 if no server answered.</summary>
    public static int Exit(NatKind kind, Places places, NatReportText report) =>
        kind.Truth is null ? 4 : places != Places.TwoAddresses && report.HasUnknownVerdict ? 1 : 0;

    /// <summary>The faults of a run; empty if there are none.</summary>
    public static IEnumerable<string> Problems(NatKind kind, NatServers servers, int? exit, NatReportText report)
    {
        string udp = kind.Truth is null ? "blocked" : "open";
        if (report.Udp != udp) { yield return $"udp is {report.Udp}, not {udp}"; }

        int expectedExit = Exit(kind, servers.Places, report);
        if (exit != expectedExit || report.Exit != expectedExit) { yield return $"exit is {exit}, reported as {report.Exit}, not {expectedExit}"; }

        if (kind.Truth is not { } truth) { yield break; }

        foreach (string? problem in (string?[])
        [
            Differs("mapping", report, MappingNames(truth.Mapping, servers.Places)),
            Differs("filtering", report, FilteringNames(truth, servers.Places)),
            Differs("allocation", report, [TraitNames.Of(truth.Allocation)]),
            EarlyPackets(kind, servers.Places, report),
        ])
        {
            if (problem is not null) { yield return problem; }
        }
    }

    // Only a server with two addresses shows it, and not every one: see the tests of punch nat. If it is shown, it must be true.
    private static string? EarlyPackets(NatKind kind, Places places, NatReportText report)
    {
        string said = string.Join(' ', report.Said("early_packets"));
        bool isWrong = kind.HoldsEarlyPackets ? places == Places.TwoAddresses ? said != "held" : said == "ignored" : said == "held";
        return isWrong ? $"early_packets is {said}" : null;
    }

    private static string? Differs(string finding, NatReportText report, string[] expected)
    {
        string[] possible = report.Possible(finding);
        string[] said = report.Said(finding);
        bool isSame = possible.ToHashSet().SetEquals(expected);
        bool isSaid = expected.Length > 2 ? said is ["unknown"] : said.ToHashSet().SetEquals(expected);
        return isSame && isSaid ? null : $"{finding} is {string.Join('|', said)}, possible {string.Join('|', possible)}, not {string.Join('|', expected)}";
    }

    /// <summary>The class that the truth belongs to; the truth itself if it is in no class.</summary>
    private static string[] Alike<T>(T truth, T[][] alike, Func<T, string> word)
        where T : struct, Enum => [.. (alike.FirstOrDefault(each => each.Contains(truth)) ?? [truth]).Select(word)];
}
