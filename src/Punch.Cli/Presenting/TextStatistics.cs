using Punch.Cli.Output;
using Punch.Cli.Session;
using Punch.Protocol.Session;
using Punch.Protocol.Streams;

namespace Punch.Cli.Presenting;

/// <summary>Prints the statistics at the end, in the format of ping.</summary>
internal static class TextStatistics
{
    /// <summary>Prints them after an empty line, where a terminal's ^C may stand, and a heading.</summary>
    public static void Print(LineBuffer line, IByteSink output, string heading, SessionEnd end)
    {
        SessionStatistics statistics = end.Statistics;
        line.Append("\n--- "u8);
        PrintableText.Append(line, heading);
        line.Append(" ---"u8).Flush(output);

        line.Append($"sent {statistics.Sent}, received {statistics.Received}");
        if (statistics.Opens > 0)
        {
            line.Append(", lost "u8).AppendPercent(statistics.Outbound.Rate).Append(" out, "u8);
            line.AppendPercent(statistics.Inbound.Rate).Append(" in"u8);
        }

        AppendCount(line, statistics.Duplicates, "duplicate", "duplicates");
        AppendCount(line, statistics.Reordered, "reordered", "reordered");
        AppendCount(line, statistics.Strangers, "from strangers", "from strangers");
        AppendCount(line, statistics.Refusals, "ICMP refusal", "ICMP refusals");
        line.Append(", time "u8).AppendWait(end.Elapsed).Flush(output);

        PrintPath(line, output, end);
        if (statistics.DataSent.Datagrams + statistics.DataReceived.Datagrams > 0) { PrintData(line, output, statistics); }

        if (statistics.Streams.Sent + statistics.Streams.Received > 0) { PrintStreams(line, output, statistics.Streams); }

        if (statistics.RoundTrips.Count > 0) { PrintRoundTrips(line, output, statistics.RoundTrips); }
    }

    private static void PrintPath(LineBuffer line, IByteSink output, SessionEnd end)
    {
        if (end.Statistics.TimeToOpen is { } time)
        {
            line.Append("two-way path"u8);
            if (end is { Path: not null, RelayedBy: { } relay }) { line.Append($", relayed by {relay}"); }
            else if (end.Path is { } path) { line.Append($" to {path}"); }

            line.Append(", open after "u8).AppendWait(time);
            if (end.Statistics.Opens > 1) { line.Append($", opened {end.Statistics.Opens} times"); }

            line.Flush(output);
            return;
        }

        line.Append("no two-way path: "u8);
        line.Append(end.Verdict == Verdict.OneWay ? "the way in works, nothing proves the way out"u8 : "nothing heard"u8).Flush(output);
    }

    private static void PrintData(LineBuffer line, IByteSink output, SessionStatistics statistics)
    {
        line.Append($"data sent {statistics.DataSent.Bytes} bytes in {statistics.DataSent.Datagrams}, ");
        line.Append($"received {statistics.DataReceived.Bytes} bytes in {statistics.DataReceived.Datagrams}, lost ");
        line.AppendPercent(statistics.DataOutbound.Rate).Append(" out, "u8);
        line.AppendPercent(statistics.DataInbound.Rate).Append(" in"u8);
        if (statistics.DataUnconfirmed.Datagrams > 0)
        {
            line.Append($", unconfirmed {statistics.DataUnconfirmed.Bytes} bytes in {statistics.DataUnconfirmed.Datagrams}");
        }

        AppendCount(line, statistics.DataDuplicates, "duplicate", "duplicates");
        line.Flush(output);
    }

    private static void PrintStreams(LineBuffer line, IByteSink output, in StreamVolumes streams)
    {
        line.Append($"stream sent {streams.Sent} bytes, confirmed {streams.Consumed}, received {streams.Received}");
        if (streams.Repaired > 0) { line.Append($", repaired {streams.Repaired}"); }

        line.Flush(output);
    }

    private static void PrintRoundTrips(LineBuffer line, IByteSink output, in RoundTrips roundTrips)
    {
        line.Append("rtt min/avg/max/mdev = "u8);
        line.AppendNumber(roundTrips.Min.TotalMilliseconds, "F3").Append("/"u8);
        line.AppendNumber(roundTrips.Average.TotalMilliseconds, "F3").Append("/"u8);
        line.AppendNumber(roundTrips.Max.TotalMilliseconds, "F3").Append("/"u8);
        line.AppendNumber(roundTrips.Deviation.TotalMilliseconds, "F3").Append(" ms, jitter "u8);
        line.AppendNumber(roundTrips.Jitter.TotalMilliseconds, "F3").Append(" ms"u8).Flush(output);
    }

    private static void AppendCount(LineBuffer line, long count, string one, string many)
    {
        if (count > 0) { line.Append($", {count} {(count == 1 ? one : many)}"); }
    }
}
