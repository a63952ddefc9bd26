using System.Globalization;

namespace Punch.Benchmarks.Wan;

/// <summary>The rate of each subject at each loss, and its ratio to the first, <c>iperf3 -C cubic</c>.</summary>
internal sealed class RateTable(Wire wire, WanOptions options, WireOptions way)
{
    private readonly TimeSpan _time = options.Seconds(10);
    private readonly List<WireCounters> _counters = [];

    public Table Run(List<Subject> subjects)
    {
        IReadOnlyList<double> losses = options.Losses;
        string[] columns = [.. losses.SelectMany(loss => new[] { $"{loss * 100:0.##} % loss", "ratio" })];
        var table = new Table(
            $"{way}, {_time.TotalSeconds:0} s each, loss both ways: received Mbit/s (median of {options.Runs}) and ratio to the first line",
            ["what", .. columns]);
        List<double>[,] rates = Measure(subjects, losses);
        for (int i = 0; i < subjects.Count; i++)
        {
            table.Row([subjects[i].Name, .. Enumerable.Range(0, losses.Count).SelectMany(at => Cells(rates[i, at], rates[0, at]))]);
        }

        table.Note(WireNote.Of(_counters, _time * _counters.Count));
        return table;
    }

    // In turns, so that other work of the machine hits all alike.
    private List<double>[,] Measure(List<Subject> subjects, IReadOnlyList<double> losses)
    {
        var rates = new List<double>[subjects.Count, losses.Count];
        for (int run = 0; run < options.Runs; run++)
        {
            for (int at = 0; at < losses.Count; at++)
            {
                wire.Set(way with { Loss = losses[at] });
                for (int i = 0; i < subjects.Count; i++) { (rates[i, at] ??= []).AddRange(Measure(subjects[i])); }
            }
        }

        return rates;
    }

    private IEnumerable<double> Measure(Subject subject)
    {
        wire.Count();
        using Flow flow = subject.Start(wire, _time);
        FlowResult? result = flow.Finish();
        _counters.Add(wire.Count());
        return result is null ? [] : [result.Rate];
    }

    private static string[] Cells(List<double> rates, List<double> first)
    {
        if (rates.Count == 0) { return ["failed", "-"]; }

        double rate = Benchmarks.Measure.Median(rates);
        string ratio = first.Count == 0 ? "-" : (rate / Benchmarks.Measure.Median(first)).ToString("0.00", CultureInfo.InvariantCulture);
        return [WanBenchmark.Megabits(rate), ratio];
    }
}
