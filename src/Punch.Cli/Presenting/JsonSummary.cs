using System.Text.Json;
using Punch.Cli.Output;
using Punch.Cli.Session;
using Punch.Protocol.Session;
using Punch.Protocol.Streams;

namespace Punch.Cli.Presenting;

/// <summary>
/// The fields of the last JSON line. All fields are always there, with those of a meeting in a meeting. Null means "never measured".
/// </summary>
internal static class JsonSummary
{
    /// <summary>Writes the fields.</summary>
    /// <param name="json">The writer, inside the object.</param>
    /// <param name="end">The end of the session.</param>
    /// <param name="notShown">The number of datagrams that were held back and not reported yet.</param>
    public static void Write(Utf8JsonWriter json, SessionEnd end, long notShown)
    {
        SessionStatistics statistics = end.Statistics;
        json.WriteNumber("exit"u8, (int)end.Exit);
        json.WriteString("verdict"u8, JsonNames.Of(end.Verdict));
        json.WriteNumber("elapsed_ms"u8, JsonValues.Milliseconds(end.Elapsed));
        json.WriteAddress("remote"u8, end.Path);
        if (end.Path is null) { json.WriteNull("via"u8); }
        else { json.WriteString("via"u8, JsonNames.OfWay(end.IsRelayed)); }

        if (end.RelayedBy is not null) { json.WriteString("relayed_by"u8, end.RelayedBy); }

        json.WriteNumber("opens"u8, statistics.Opens);
        json.WriteTime("open_after_ms"u8, statistics.TimeToOpen);
        WriteCounts(json, statistics);
        WriteData(json, statistics);
        if (end.HasStreams) { WriteStreams(json, statistics.Streams, statistics.StreamsSuspended); }

        json.WriteNumber("not_shown"u8, notShown);
        WriteRoundTrips(json, statistics.RoundTrips);
        if (end.Outcome is { } outcome) { JsonMeeting.WriteOutcome(json, outcome); }
    }

    private static void WriteCounts(Utf8JsonWriter json, SessionStatistics statistics)
    {
        json.WriteNumber("sent"u8, statistics.Sent);
        json.WriteNumber("primes"u8, statistics.Primes);
        json.WriteNumber("received"u8, statistics.Received);
        json.WriteNumber("messages"u8, statistics.Messages);
        json.WriteNumber("answered"u8, statistics.Answered);
        json.WriteNumber("out_expected"u8, statistics.Outbound.Expected);
        json.WriteNumber("out_lost"u8, statistics.Outbound.Lost);
        json.WriteNumber("in_expected"u8, statistics.Inbound.Expected);
        json.WriteNumber("in_lost"u8, statistics.Inbound.Lost);
        json.WriteNumber("duplicates"u8, statistics.Duplicates);
        json.WriteNumber("reordered"u8, statistics.Reordered);
        json.WriteNumber("other_versions"u8, statistics.OtherVersions);
        json.WriteNumber("strangers"u8, statistics.Strangers);
        json.WriteNumber("refusals"u8, statistics.Refusals);
    }

    private static void WriteData(Utf8JsonWriter json, SessionStatistics statistics)
    {
        json.WriteNumber("data_sent"u8, statistics.DataSent.Datagrams);
        json.WriteNumber("data_sent_bytes"u8, statistics.DataSent.Bytes);
        json.WriteNumber("data_received"u8, statistics.DataReceived.Datagrams);
        json.WriteNumber("data_received_bytes"u8, statistics.DataReceived.Bytes);
        json.WriteNumber("data_out_lost"u8, statistics.DataOutbound.Lost);
        json.WriteNumber("data_in_lost"u8, statistics.DataInbound.Lost);
        json.WriteNumber("data_unconfirmed"u8, statistics.DataUnconfirmed.Datagrams);
        json.WriteNumber("data_unconfirmed_bytes"u8, statistics.DataUnconfirmed.Bytes);
        json.WriteNumber("data_duplicates"u8, statistics.DataDuplicates);
        json.WriteBoolean("data_exact"u8, statistics.IsDataExact);
    }

    private static void WriteStreams(Utf8JsonWriter json, in StreamVolumes streams, TimeSpan suspended)
    {
        json.WriteStartObject("streams"u8);
        json.WriteNumber("sent_bytes"u8, streams.Sent);
        json.WriteNumber("consumed_bytes"u8, streams.Consumed);
        json.WriteNumber("received_bytes"u8, streams.Received);
        json.WriteNumber("repaired_bytes"u8, streams.Repaired);
        json.WriteTime("suspended_ms"u8, suspended);
        json.WriteEndObject();
    }

    private static void WriteRoundTrips(Utf8JsonWriter json, RoundTrips roundTrips)
    {
        bool hasAny = roundTrips.Count > 0;
        json.WriteNumber("rtt_count"u8, roundTrips.Count);
        json.WriteTime("rtt_min_ms"u8, hasAny ? roundTrips.Min : null);
        json.WriteTime("rtt_avg_ms"u8, hasAny ? roundTrips.Average : null);
        json.WriteTime("rtt_max_ms"u8, hasAny ? roundTrips.Max : null);
        json.WriteTime("rtt_mdev_ms"u8, hasAny ? roundTrips.Deviation : null);
        json.WriteTime("jitter_ms"u8, hasAny ? roundTrips.Jitter : null);
    }
}
