using System.Text.Json;
using Punch.Cli.Output;
using Punch.Cli.Session;

namespace Punch.Cli.Presenting;

/// <summary>Writes the objects about how the use of a path goes.</summary>
internal static class JsonReports
{
    /// <summary>Writes both directions of data in datagrams.</summary>
    public static void Write(JsonLines lines, TrafficReport report)
    {
        Utf8JsonWriter json = lines.Open("report"u8);
        json.WriteTime("at_ms"u8, report.To);
        json.WriteTime("from_ms"u8, report.From);
        json.WriteBoolean("total"u8, report.IsTotal);
        json.WriteStartObject("out"u8);
        WriteDirection(json, report.Outbound);
        json.WriteEndObject();
        json.WriteStartObject("in"u8);
        WriteDirection(json, report.Inbound);
        json.WriteNumber("reordered"u8, report.Reordered);
        json.WriteNumber("duplicates"u8, report.Duplicates);
        json.WriteNumber("late"u8, report.Late);
        json.WriteTime("jitter_ms"u8, report.Jitter);
        json.WriteEndObject();
        lines.Close();
    }

    /// <summary>Writes the state of the path of streams.</summary>
    public static void Write(JsonLines lines, StreamReport report)
    {
        Utf8JsonWriter json = lines.Open("stats"u8);
        json.WriteTime("at_ms"u8, report.At);
        json.WriteTime("rtt_ms"u8, report.Flow.RoundTrip);
        json.WriteTime("rtt_min_ms"u8, report.Flow.ShortestRoundTrip);
        json.WriteNumber("cwnd"u8, report.Flow.Window);
        json.WriteNumber("in_flight"u8, report.Flow.InFlight);
        json.WriteNumber("lost"u8, report.Flow.Lost);
        json.WriteNumber("spurious"u8, report.Flow.Spurious);
        json.WriteNumber("repaired_bytes"u8, report.Repaired);
        json.WriteNumber("pmtu"u8, report.Flow.MaxDatagram);
        json.WriteNumber("rate_bps"u8, Math.Round(report.BitsPerSecond));
        lines.Close();
    }

    private static void WriteDirection(Utf8JsonWriter json, in DirectionReport direction)
    {
        json.WriteNumber("sent"u8, direction.Sent);
        json.WriteNumber("received"u8, direction.Received);
        json.WriteNumber("lost"u8, direction.Lost);
        json.WriteNumber("rate_bps"u8, Math.Round(direction.BitsPerSecond));
    }
}
