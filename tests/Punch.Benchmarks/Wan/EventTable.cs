using System.Globalization;

namespace Punch.Benchmarks.Wan;

/// <summary>How long a transfer stalls when the wire carries nothing for a while, and when large packets no longer pass.</summary>
internal sealed class EventTable(Wire wire, WanOptions options)
{
    private const int SmallerMtu = 1300;

    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _time = options.Seconds(20);
    private readonly WireOptions _way = options.Wire(options.FirstRate("20M"), queue: 125e3);

    public Table Run(IEnumerable<CommandSubject> subjects)
    {
        var table = new Table(
            $"{_way}: what happens in the middle of {_time.TotalSeconds:0} s (median of {options.Runs})", "what", "event", "longest stall", "received Mbit/s");
        foreach (CommandSubject subject in subjects)
        {
            AddRow(table, subject, "nothing", () => { });
            AddRow(table, subject, $"{Gap.TotalSeconds:0} s without a packet", () => wire.Interrupt(Gap));
            AddRow(table, subject, $"no packet over {SmallerMtu} bytes passes, without a message", () => wire.Set(_way with { Mtu = SmallerMtu }));
        }

        return table;
    }

    private void AddRow(Table table, CommandSubject subject, string name, Action happen)
    {
        List<FlowResult> results = [.. Enumerable.Range(0, options.Runs).Select(_ => Measured(subject, happen)).OfType<FlowResult>()];
        if (results.Count == 0)
        {
            table.Row(subject.Name, name, "failed", "-");
            return;
        }

        double stall = Measure.Median(results.Select(result => result.LongestStall!.Value.TotalSeconds));
        double rate = Measure.Median(results.Select(result => result.Rate));
        table.Row(subject.Name, name, stall.ToString("0.00 s", CultureInfo.InvariantCulture), WanBenchmark.Megabits(rate));
    }

    private FlowResult? Measured(CommandSubject subject, Action happen)
    {
        wire.Set(_way);
        using Flow flow = subject.Start(wire, _time);
        if (!flow.Begins()) { return null; }

        Thread.Sleep(_time / 2);
        happen();
        return flow.Finish();
    }
}
