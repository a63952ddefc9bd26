using System.Globalization;

namespace Punch.Benchmarks.Wan;

/// <summary>Says whether the wire itself kept up, so that a table can be believed.</summary>
internal static class WireNote
{
    public static string Of(IReadOnlyList<WireCounters> counters, TimeSpan time)
    {
        WayCounters[] ways = [.. counters.SelectMany(each => new[] { each.There, each.Back })];
        double packets = ways.Sum(way => way.Packets);
        double late = packets == 0 ? 0 : ways.Sum(way => way.MeanLate * way.Packets) / packets;
        double most = ways.Max(way => way.MostLate);
        double cores = counters.Sum(each => each.ProcessorSeconds) / time.TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The wire carried {packets / 1e6:0.00} million packets, {late / 1e6:0.00} ms late in the mean and {most / 1e6:0.0} ms at most. ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"It used {cores:0.00} of a core. The system did not take {ways.Sum(way => way.Refused):0} packets.");
    }
}
