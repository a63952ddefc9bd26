using System.Diagnostics;

namespace Punch.Benchmarks.Streams;

/// <summary>The memory of both sides while a program reads slowly what the other end sends without end.</summary>
internal static class SlowTable
{
    private const int BytesATurn = 100_000;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(10);

    public static Table Run(StreamSubject subject, StreamsOptions options)
    {
        var table = new Table($"A reader at 1 MB/s for {options.SlowTime.TotalSeconds:0} s, loopback", "what", "read", "peak memory, out / in");
        using var ends = new StreamEnds(subject, "</dev/zero >/dev/null", "", options.SlowTime + Ending);
        long read = Read(ends.Receiver.Process.StandardOutput.BaseStream, options.SlowTime);
        ends.Sender.Terminate();
        ends.Receiver.Terminate();
        table.Row(
            subject.Name, StreamsBenchmark.Text(read / 1e6, "0.0 MB"),
            $"{Peak(ends.Sender.WaitForUsage(Ending))} / {Peak(ends.Receiver.WaitForUsage(Ending))}");
        return table;
    }

    private static long Read(Stream stream, TimeSpan time)
    {
        byte[] buffer = new byte[BytesATurn];
        long total = 0;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time; Thread.Sleep(Turn))
        {
            int count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (count == 0) { break; }

            total += count;
        }

        return total;
    }

    private static string Peak(Usage? usage) => usage is { } used ? StreamsBenchmark.Text(used.PeakBytes / 1e6, "0 MB") : "unknown";
}
