using System.Diagnostics;
using System.Globalization;
using Punch.Cli.Nat;
using Punch.Protocol.Nat;

namespace Punch.Cli.Predict;

/// <summary>The text of a prediction.</summary>
internal static class PredictText
{
    /// <summary>The word for programs.</summary>
    public static string Name(this Reachability reachability) => reachability switch
    {
        Reachability.Yes => "yes",
        Reachability.Sometimes => "sometimes",
        Reachability.Search => "search",
        Reachability.No => "no",
        Reachability.Unknown => "unknown",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for the path that a meeting gets.</summary>
    /// <param name="direct">Whether a direct path opens.</param>
    /// <param name="relayed">The runs with a relay; null where a direct path always opens.</param>
    public static string PathName(Reachability direct, Prediction? relayed) => direct switch
    {
        Reachability.Yes => "direct",
        Reachability.Unknown => "unknown",
        _ => relayed is { Runs: > 0 } runs && runs.Opened == runs.Runs ? "relayed" : "none",
    };

    /// <summary>The result as a clause.</summary>
    public static string Text(Reachability direct, Prediction? relayed) => (direct, PathName(direct, relayed)) switch
    {
        (Reachability.Yes, _) => "a direct path opens",
        (Reachability.Unknown, _) => "cannot be told",
        (_, "none") => "no path opens",
        (Reachability.Sometimes, _) => "by chance direct, else relayed",
        (Reachability.Search, _) => "relayed, or direct by port search",
        (Reachability.No, _) => "relayed, as no direct path opens",
        _ => throw new UnreachableException(),
    };

    /// <summary>How the path opened in one run.</summary>
    public static string How(PairRunResult run) => (run.FoundByA, run.FoundByB) switch
    {
        _ when run.IsOverTcp => "over TCP: both dial at once, each to the port where the other listens",
        (null, null) => "each is where the other was told",
        ({ } b, null) => $"B's NAT moves it to port {Text(b.Port)}; A's side lets that in, and A answers there",
        (null, { } a) => $"A's NAT moves it to port {Text(a.Port)}; B's side lets that in, and B answers there",
        ({ } b, { } a) => $"both NATs move their side: A is found at port {Text(a.Port)}, B at port {Text(b.Port)}",
    };

    /// <summary>Why no path opens, if each side has one candidate and a server introduces them.</summary>
    public static string? WhyNot(PredictOptions options)
    {
        if (options.A.IsBlocked || options.B.IsBlocked)
        {
            string where = options is { A.IsBlocked: true, B.IsBlocked: true } ? "A and B" : options.A.IsBlocked ? "A" : "B";
            return $"no UDP passes at {where}, and TCP does not open between the two";
        }

        if (options.A.Candidates.Count > 1 || options.B.Candidates.Count > 1) { return null; }

        (NatTraits a, NatTraits b) = (options.A.Candidates[0].Traits, options.B.Candidates[0].Traits);
        if (!a.IsPredictable && !b.IsPredictable) { return "both NATs take a port for this peer that nobody can know beforehand"; }

        (string hard, string easy) = a.IsPredictable ? ("B", "A") : ("A", "B");
        return $"{hard}'s NAT takes a port for {easy} that nobody can know beforehand, "
            + $"and {easy}'s side lets in only ports that {easy} has sent to";
    }

    /// <summary>The unknown findings that the result depends on.</summary>
    public static IEnumerable<string> RestsOn(Prediction prediction) =>
        prediction.RestsOnA.Names().Select(name => $"a.{name}").Concat(prediction.RestsOnB.Names().Select(name => $"b.{name}"));

    private static string Text(ushort port) => port.ToString(CultureInfo.InvariantCulture);
}
