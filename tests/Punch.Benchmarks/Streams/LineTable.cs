using System.Globalization;

namespace Punch.Benchmarks.Streams;

/// <summary>The time from a line written at one end to the line read at the other, with nothing else on the way.</summary>
internal sealed class LineTable(StreamsOptions options)
{
    // Both ends sleep between two lines, as when a person types.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public Table Run(List<StreamSubject> subjects)
    {
        var table = new Table(
            $"A line over loopback, one way (median of {options.Runs} medians of {options.Lines}, interleaved)",
            "what", "time", "ratio to the first line", "ratio to `ssh -W`");
        var times = subjects.ToDictionary(subject => subject, _ => new List<double>());
        for (int run = 0; run < options.Runs; run++)
        {
            foreach (StreamSubject subject in subjects) { times[subject].AddRange(Measured(subject)); }
        }

        double first = times[subjects[0]] is { Count: > 0 } some ? Measure.Median(some) : double.NaN;
        double ssh = subjects.Where(subject => subject.Is("ssh") && times[subject].Count > 0)
            .Select(subject => Measure.Median(times[subject])).FirstOrDefault();
        foreach (StreamSubject subject in subjects)
        {
            if (times[subject].Count == 0)
            {
                table.Row(subject.Name, "failed", "-", "-");
                continue;
            }

            double median = Measure.Median(times[subject]);
            string time = median.ToString("0.000 ms", CultureInfo.InvariantCulture);
            table.Row(subject.Name, time, Measure.Ratio(median / first), ssh == 0 ? "-" : Measure.Ratio(median / ssh));
        }

        table.Note(OwnNetwork.Note);
        return table;
    }

    private double[] Measured(StreamSubject subject)
    {
        using var ends = new StreamEnds(subject, "", "", Longest);
        try
        {
            return [Milliseconds(ends)];
        }
        catch (IOException)
        {
            // A program has ended, by itself or after the longest time.
            return [];
        }
    }

    private double Milliseconds(StreamEnds ends)
    {
        Stream input = ends.Sender.Process.StandardInput.BaseStream;
        Stream output = ends.Receiver.Process.StandardOutput.BaseStream;
        byte[] line = "a line\n"u8.ToArray();
        var times = new List<double>();
        for (int i = 0; i <= options.Lines; i++)
        {
            Thread.Sleep(Pause);
            TimeSpan time = Measure.Time(() =>
            {
                input.Write(line);
                input.Flush();
                output.ReadExactly(line);
            });
            // The first line waits for the path.
            if (i > 0) { times.Add(time.TotalMilliseconds); }
        }

        return Measure.Median(times);
    }
}
