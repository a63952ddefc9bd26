using System.Globalization;

namespace Punch.Benchmarks.Wan;

/// <summary>
/// What a TCP flow of <c>iperf3 -C cubic</c> keeps once another flow joins it, at queues of several sizes. The wire counts the bytes of both,
/// headers and repeats included.
/// </summary>
internal sealed class FairTable(Wire wire, WanOptions options)
{
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Joining = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _together = options.Seconds(30);
    private readonly WireOptions _way = options.Wire(options.FirstRate("100M"), queue: 0);

    public Table Run(List<Subject> joining)
    {
        var table = new Table(
            $"{Quantity.Text(_way.Rate)}bit/s, {2 * _way.Delay.TotalMilliseconds:0.#} ms round trip: a flow joins `iperf3 -C cubic`. "
                + $"Over {_together.TotalSeconds:0} s together (median of {options.Runs}), TCP : the other in Mbit/s, and the share that TCP keeps",
            ["queue, share of the bandwidth-delay product", .. joining.SelectMany(subject => new[] { subject.Name, "kept" })]);
        var counters = new List<WireCounters>();
        foreach (double share in options.QueueShares)
        {
            wire.Set(_way with { Queue = share * _way.DelayProduct });
            List<string> cells = [string.Create(CultureInfo.InvariantCulture, $"{share:0.##}")];
            foreach (Subject subject in joining) { cells.AddRange(Cells([.. Enumerable.Range(0, options.Runs).SelectMany(_ => Share(subject, counters))])); }

            table.Row([.. cells]);
        }

        if (counters.Count > 0) { table.Note(WireNote.Of(counters, _together * counters.Count)); }

        return table;
    }

    private List<(double First, double Other)> Share(Subject subject, List<WireCounters> counters)
    {
        wire.Watch(IperfSubject.UsualPort);
        TimeSpan longest = Alone + _together + Ending;
        using Flow first = new IperfSubject("cubic").Start(wire, longest);
        Thread.Sleep(Alone);
        using Flow other = subject.Start(wire, _together + Ending);
        if (!other.Begins()) { return []; }

        Thread.Sleep(Joining);
        wire.Count();
        Thread.Sleep(_together);
        WireCounters counted = wire.Count();
        counters.Add(counted);
        double watched = counted.There.Watched;
        return [(8 * watched / _together.TotalSeconds, 8 * (counted.There.Bytes - watched) / _together.TotalSeconds)];
    }

    private static string[] Cells(List<(double First, double Other)> shares)
    {
        if (shares.Count == 0) { return ["failed", "-"]; }

        double first = Measure.Median(shares.Select(share => share.First));
        double other = Measure.Median(shares.Select(share => share.Other));
        string kept = Measure.Median(shares.Select(share => share.First / (share.First + share.Other))).ToString("P0", CultureInfo.InvariantCulture);
        return [$"{WanBenchmark.Megabits(first)} : {WanBenchmark.Megabits(other)}", kept];
    }
}
