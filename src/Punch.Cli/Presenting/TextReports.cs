using Punch.Cli.Output;
using Punch.Cli.Session;

namespace Punch.Cli.Presenting;

/// <summary>Prints how the use of a path goes, in lines that a user of iperf3 knows.</summary>
internal static class TextReports
{
    /// <summary>Prints both directions of data in datagrams.</summary>
    public static void Print(LineBuffer line, IByteSink output, TrafficReport report)
    {
        AppendDirection(line, "[out]"u8, report, report.Outbound, jitter: null);
        line.Flush(output);
        AppendDirection(line, "[ in]"u8, report, report.Inbound, report.Jitter);
        AppendCount(line, report.Reordered, " reordered"u8);
        AppendCount(line, report.Duplicates, " duplicate"u8);
        AppendCount(line, report.Late, " late"u8);
        line.Flush(output);
    }

    /// <summary>Prints the state of the path of streams.</summary>
    public static void Print(LineBuffer line, IByteSink output, StreamReport report)
    {
        line.Append("stream "u8).AppendBitRate(report.BitsPerSecond).Append(", rtt "u8).AppendRoundTrip(report.Flow.RoundTrip);
        line.Append(" (min "u8).AppendRoundTrip(report.Flow.ShortestRoundTrip).Append("), window "u8).AppendSize(report.Flow.Window);
        line.Append(", in flight "u8).AppendSize(report.Flow.InFlight);
        line.Append($", lost {report.Flow.Lost} packets");
        if (report.Flow.Spurious > 0) { line.Append($", {report.Flow.Spurious} of them for nothing"); }

        line.Append(", repaired "u8).AppendSize(report.Repaired).Append($", datagrams of {report.Flow.MaxDatagram} bytes").Flush(output);
    }

    private static void AppendDirection(
        LineBuffer line, ReadOnlySpan<byte> name, TrafficReport report, in DirectionReport direction, TimeSpan? jitter)
    {
        long total = direction.Received + direction.Lost;
        line.Append(name).Append("  "u8).AppendNumber(report.From.TotalSeconds, "F2").Append("-"u8);
        line.AppendNumber(report.To.TotalSeconds, "F2").Append(" sec  "u8).AppendSize(direction.Bytes);
        line.Append("  "u8).AppendBitRate(direction.BitsPerSecond).Append("  "u8);
        if (jitter is { } time) { line.AppendNumber(time.TotalMilliseconds, "F3").Append(" ms  "u8); }

        line.Append($"{direction.Lost}/{total} (").AppendPercent(total == 0 ? 0 : (double)direction.Lost / total).Append(")"u8);
    }

    private static void AppendCount(LineBuffer line, long count, ReadOnlySpan<byte> what)
    {
        if (count > 0) { line.Append($", {count}").Append(what); }
    }
}
