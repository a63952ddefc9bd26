using Punch.Protocol.Discovery;
using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>Whether two sides will reach each other.</summary>
internal enum Reachability
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
internal sealed record Prediction
{
    /// <summary>The result.</summary>
    public required Reachability Reachability { get; init; }

    /// <summary>The number of runs.</summary>
    public required int Runs { get; init; }

    /// <summary>The number of runs in which both sides had their proof.</summary>
    public required int Opened { get; init; }

    /// <summary>The number of these in which the server relayed the path.</summary>
    public int Relayed { get; init; }

    /// <summary>The median time to open; null if no run opened.</summary>
    public TimeSpan? TimeToOpen { get; init; }

    /// <summary>A run that opened, to explain how; null if none did.</summary>
    public PairRunResult? Example { get; init; }

    /// <summary>The unknown findings of A that the result depends on.</summary>
    public NatFindings RestsOnA { get; init; }

    /// <summary>The unknown findings of B that the result depends on.</summary>
    public NatFindings RestsOnB { get; init; }
}

/// <summary>Runs every pair of candidates with many seeds.</summary>
internal static class Predictor
{
    /// <summary>The most runs in all. Two reports without any finding leave some nine hundred pairs.</summary>
    public const int MaxRuns = 2_000;

    /// <summary>Predicts for one way of introduction.</summary>
    public static Prediction Make(PredictOptions options, Introduction introduction)
    {
        int pairs = options.A.Candidates.Count * options.B.Candidates.Count;
        if (pairs == 0) { return new Prediction { Reachability = Reachability.No, Runs = 0, Opened = 0 }; }

        int seeds = pairs == 1 ? options.Seeds : Math.Max(1, Math.Min(options.Seeds, MaxRuns / pairs));
        var results = new List<PairRunResult>();
        var reachabilities = new Dictionary<(NatTraits A, NatTraits B), Reachability>();
        foreach (PossibleNetwork a in options.A.Candidates)
        {
            foreach (PossibleNetwork b in options.B.Candidates)
            {
                PairRunResult[] runs = [.. Enumerable.Range(1, seeds)
                    .Select(seed => new PairRun(a, b, introduction, (ulong)seed).Run())];
                results.AddRange(runs);
                reachabilities[(a.Traits, b.Traits)] = Judge(a, b, introduction, runs.Count(run => run.IsOpen), seeds);
            }
        }

        return Sum(results, reachabilities);
    }

    private static Reachability Judge(PossibleNetwork a, PossibleNetwork b, Introduction introduction, int opened, int runs)
    {
        if (opened > 0) { return opened == runs ? Reachability.Yes : Reachability.Sometimes; }

        bool hasUdp = a.Access.Outlet == Outlet.Everything && b.Access.Outlet == Outlet.Everything;
        bool wouldSearchHelp = hasUdp && introduction == Introduction.Server && NatVerdict.Between(a.Traits, b.Traits) != DirectPath.No;
        return wouldSearchHelp ? Reachability.Search : Reachability.No;
    }

    private static Prediction Sum(List<PairRunResult> results, Dictionary<(NatTraits A, NatTraits B), Reachability> reachabilities)
    {
        Reachability[] different = [.. reachabilities.Values.Distinct()];
        PairRunResult[] open = [.. results.Where(result => result.IsOpen).OrderBy(result => result.TimeToOpen)];
        return new Prediction
        {
            Reachability = different.Length == 1 ? different[0] : Reachability.Unknown,
            Runs = results.Count,
            Opened = open.Length,
            Relayed = open.Count(result => result.IsRelayed),
            TimeToOpen = open.Length > 0 ? open[open.Length / 2].TimeToOpen : null,
            Example = open.Length > 0 ? results.First(result => result.IsOpen) : null,
            RestsOnA = RestsOn(reachabilities, pair => pair.A, pair => pair.B),
            RestsOnB = RestsOn(reachabilities, pair => pair.B, pair => pair.A),
        };
    }

    /// <summary>The findings of one side that change the result by themselves, with everything else equal.</summary>
    private static NatFindings RestsOn(
        Dictionary<(NatTraits A, NatTraits B), Reachability> reachabilities,
        Func<(NatTraits A, NatTraits B), NatTraits> side,
        Func<(NatTraits A, NatTraits B), NatTraits> other)
    {
        bool Differs<TRest>(Func<NatTraits, TRest> rest) => reachabilities
            .GroupBy(pair => (other(pair.Key), rest(side(pair.Key))))
            .Any(alike => alike.Select(pair => pair.Value).Distinct().Count() > 1);

        return (Differs(traits => (traits.Filtering, traits.Allocation)) ? NatFindings.Mapping : NatFindings.None)
            | (Differs(traits => (traits.Mapping, traits.Allocation)) ? NatFindings.Filtering : NatFindings.None)
            | (Differs(traits => (traits.Mapping, traits.Filtering)) ? NatFindings.Allocation : NatFindings.None);
    }
}
