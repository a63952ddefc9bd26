using Punch.Protocol.Discovery;
using Punch.Protocol.Nat;

namespace Punch.Cli.Predict;

/// <summary>Whether two sides will reach each other.</summary>
internal enum Outlook
{
    /// <summary>In every run.</summary>
    Yes,

    /// <summary>In some runs. It depends on chance, such as which side starts first.</summary>
    Sometimes,

    /// <summary>In none, but a search for the port would help.</summary>
    Search,

    /// <summary>In none.</summary>
    No,

    /// <summary>The possible networks have different results.</summary>
    Unknown,
}

/// <summary>The runs with one way of introduction.</summary>
internal sealed record Forecast
{
    /// <summary>The result.</summary>
    public required Outlook Outlook { get; init; }

    /// <summary>The number of runs.</summary>
    public required int Runs { get; init; }

    /// <summary>The number of runs in which both sides had their proof.</summary>
    public required int Opened { get; init; }

    /// <summary>The median time to open; null if no run opened.</summary>
    public TimeSpan? TimeToOpen { get; init; }

    /// <summary>A run that opened, to explain how; null if none did.</summary>
    public EncounterResult? Example { get; init; }

    /// <summary>The unknown findings of A that the result depends on.</summary>
    public NatFindings RestsOnA { get; init; }

    /// <summary>The unknown findings of B that the result depends on.</summary>
    public NatFindings RestsOnB { get; init; }
}

/// <summary>Runs every pair of candidates with many seeds.</summary>
internal static class Prediction
{
    /// <summary>The most runs in all. Two reports without any finding leave some nine hundred pairs.</summary>
    public const int MaxRuns = 2_000;

    /// <summary>Predicts for one way of introduction.</summary>
    public static Forecast Make(PredictOptions options, Introduction introduction)
    {
        int pairs = options.A.Candidates.Count * options.B.Candidates.Count;
        if (pairs == 0) { return new Forecast { Outlook = Outlook.No, Runs = 0, Opened = 0 }; }

        int seeds = pairs == 1 ? options.Seeds : Math.Max(1, Math.Min(options.Seeds, MaxRuns / pairs));
        var results = new List<EncounterResult>();
        var outlooks = new Dictionary<(NatTraits A, NatTraits B), Outlook>();
        foreach (Candidate a in options.A.Candidates)
        {
            foreach (Candidate b in options.B.Candidates)
            {
                EncounterResult[] runs = [.. Enumerable.Range(1, seeds)
                    .Select(seed => new Encounter(a, b, introduction, (ulong)seed).Run())];
                results.AddRange(runs);
                outlooks[(a.Traits, b.Traits)] = Judge(a, b, introduction, runs.Count(run => run.IsOpen), seeds);
            }
        }

        return Sum(results, outlooks);
    }

    private static Outlook Judge(Candidate a, Candidate b, Introduction introduction, int opened, int runs)
    {
        if (opened > 0) { return opened == runs ? Outlook.Yes : Outlook.Sometimes; }

        bool wouldSearchHelp = introduction == Introduction.Server && NatVerdict.Between(a.Traits, b.Traits) != DirectPath.No;
        return wouldSearchHelp ? Outlook.Search : Outlook.No;
    }

    private static Forecast Sum(List<EncounterResult> results, Dictionary<(NatTraits A, NatTraits B), Outlook> outlooks)
    {
        Outlook[] different = [.. outlooks.Values.Distinct()];
        EncounterResult[] open = [.. results.Where(result => result.IsOpen).OrderBy(result => result.TimeToOpen)];
        return new Forecast
        {
            Outlook = different.Length == 1 ? different[0] : Outlook.Unknown,
            Runs = results.Count,
            Opened = open.Length,
            TimeToOpen = open.Length > 0 ? open[open.Length / 2].TimeToOpen : null,
            Example = open.Length > 0 ? results.First(result => result.IsOpen) : null,
            RestsOnA = RestsOn(outlooks, pair => pair.A, pair => pair.B),
            RestsOnB = RestsOn(outlooks, pair => pair.B, pair => pair.A),
        };
    }

    /// <summary>The findings of one side that change the result by themselves, with everything else equal.</summary>
    private static NatFindings RestsOn(
        Dictionary<(NatTraits A, NatTraits B), Outlook> outlooks,
        Func<(NatTraits A, NatTraits B), NatTraits> side,
        Func<(NatTraits A, NatTraits B), NatTraits> other)
    {
        bool Differs<TRest>(Func<NatTraits, TRest> rest) => outlooks
            .GroupBy(pair => (other(pair.Key), rest(side(pair.Key))))
            .Any(alike => alike.Select(pair => pair.Value).Distinct().Count() > 1);

        return (Differs(traits => (traits.Filtering, traits.Allocation)) ? NatFindings.Mapping : NatFindings.None)
            | (Differs(traits => (traits.Mapping, traits.Allocation)) ? NatFindings.Filtering : NatFindings.None)
            | (Differs(traits => (traits.Mapping, traits.Filtering)) ? NatFindings.Allocation : NatFindings.None);
    }
}
