using System.Globalization;
using System.Text.Json;
using Punch.Cli.Output;
using Punch.Serving.Counting;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;

namespace Punch.Cli.Serve;

/// <summary>For programs: one JSON object a line, as described in docs/json.md.</summary>
internal sealed class JsonServePresenter(IByteSink output, ErrorPrinter errors) : IServePresenter
{
    private readonly JsonLines _lines = new(output);

    /// <inheritdoc/>
    public void Begin(ServeStart start)
    {
        Utf8JsonWriter json = _lines.Open("listening"u8);
        json.WriteString("time"u8, start.Time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        json.WriteStrings("endpoints"u8, start.Endpoints.Select(endpoint => endpoint.ToString()));
        json.WriteStrings("public"u8, start.PublicEndpoints.Select(endpoint => endpoint.ToString()));
        json.WriteBoolean("tcp_too"u8, start.HasTcp);
        json.WriteBoolean("password_required"u8, start.HasPassword);
        json.WriteStrings("tls"u8, start.Tls.Select(endpoint => endpoint.ToString()));
        json.WriteString("pin"u8, start.Pin);
        json.WriteStrings("websocket"u8, start.WebSockets.Select(endpoint => endpoint.ToString()));
        json.WriteAddress("metrics"u8, start.Metrics);
        _lines.Close();
    }

    /// <inheritdoc/>
    public void Report(ServeReading reading)
    {
        _lines.Open("stats"u8);
        Write(reading);
        _lines.Close();
    }

    /// <inheritdoc/>
    public void End(ServeReading reading) => Summarize(reading, ExitCode.Success);

    /// <inheritdoc/>
    public void Fail(Failure failure)
    {
        _lines.Error(failure);
        errors.Fail(failure);
        Summarize(new ServeReading(default, TimeSpan.Zero), failure.Exit);
    }

    private void Summarize(ServeReading reading, ExitCode exit)
    {
        _lines.Open("summary"u8).WriteNumber("exit"u8, (int)exit);
        Write(reading);
        _lines.Close();
    }

    private void Write(ServeReading reading)
    {
        Utf8JsonWriter json = _lines.Json;
        json.WriteTime("elapsed_ms"u8, reading.Elapsed);
        WriteCounts("udp"u8, reading.Statistics.Udp);
        WriteCounts("tcp"u8, reading.Statistics.Tcp);
        WriteRendezvous(reading.Statistics.Rendezvous);
        WriteRelay(reading.Statistics.Relay);
        json.WriteNumber("connections"u8, reading.Statistics.Connections);
        json.WriteNumber("accepted"u8, reading.Statistics.Accepted);
        json.WriteNumber("turned_away"u8, reading.Statistics.TurnedAway);
        json.WriteNumber("timed_out"u8, reading.Statistics.TimedOut);
        json.WriteNumber("stream_drops"u8, reading.Statistics.StreamDrops);
        json.WriteNumber("receive_errors"u8, reading.Statistics.ReceiveErrors);
        json.WriteNumber("accept_errors"u8, reading.Statistics.AcceptErrors);
    }

    private void WriteCounts(ReadOnlySpan<byte> transport, in RequestCounts counts)
    {
        Utf8JsonWriter json = _lines.Json;
        json.WriteStartObject(transport);
        json.WriteNumber("received"u8, counts.Received);
        json.WriteNumber("received_bytes"u8, counts.ReceivedBytes);
        json.WriteNumber("answered"u8, counts.Answered);
        json.WriteNumber("refused"u8, counts.Refused);
        json.WriteNumber("limited"u8, counts.Limited);
        json.WriteNumber("ignored"u8, counts.Ignored);
        json.WriteNumber("unsent"u8, counts.Unsent);
        json.WriteNumber("sent_bytes"u8, counts.SentBytes);
        json.WriteEndObject();
    }

    private void WriteRendezvous(in RendezvousStatistics rendezvous)
    {
        Utf8JsonWriter json = _lines.Json;
        json.WriteStartObject("rendezvous"u8);
        json.WriteNumber("rooms"u8, rendezvous.Rooms);
        json.WriteNumber("waiting"u8, rendezvous.Waiting);
        json.WriteNumber("joined"u8, rendezvous.Joined);
        json.WriteNumber("introduced"u8, rendezvous.Introduced);
        json.WriteNumber("challenged"u8, rendezvous.Challenged);
        json.WriteNumber("held"u8, rendezvous.Held);
        json.WriteNumber("left"u8, rendezvous.Left);
        json.WriteNumber("crowded"u8, rendezvous.Crowded);
        json.WriteNumber("full"u8, rendezvous.Full);
        json.WriteNumber("malformed"u8, rendezvous.Malformed);
        json.WriteNumber("joins_limited"u8, rendezvous.Limited);
        json.WriteNumber("wrong_password"u8, rendezvous.Unauthenticated);
        json.WriteNumber("told"u8, rendezvous.Notices);
        json.WriteEndObject();
    }

    private void WriteRelay(in RelayStatistics relay)
    {
        Utf8JsonWriter json = _lines.Json;
        json.WriteStartObject("relay"u8);
        json.WriteNumber("sessions"u8, relay.Sessions);
        json.WriteNumber("paired"u8, relay.Paired);
        json.WriteNumber("bound"u8, relay.Bound);
        json.WriteNumber("moved"u8, relay.Moved);
        json.WriteNumber("kept"u8, relay.Kept);
        json.WriteNumber("given_up"u8, relay.Left);
        WriteRefusals(relay);
        json.WriteNumber("forwarded"u8, relay.Forwarded);
        json.WriteNumber("forwarded_bytes"u8, relay.ForwardedBytes);
        json.WriteNumber("dropped_unbound"u8, relay.DroppedUnbound);
        json.WriteNumber("dropped_alone"u8, relay.DroppedAlone);
        json.WriteNumber("dropped_rate"u8, relay.DroppedRate);
        json.WriteNumber("dropped_total"u8, relay.DroppedTotal);
        json.WriteNumber("dropped_volume"u8, relay.DroppedVolume);
        json.WriteNumber("legs_told"u8, relay.Notices);
        json.WriteEndObject();
    }

    private void WriteRefusals(in RelayStatistics relay)
    {
        Utf8JsonWriter json = _lines.Json;
        json.WriteNumber("binds_challenged"u8, relay.Challenged);
        json.WriteNumber("binds_limited"u8, relay.Limited);
        json.WriteNumber("binds_malformed"u8, relay.Malformed);
        json.WriteNumber("binds_off"u8, relay.Off);
        json.WriteNumber("binds_unseated"u8, relay.Unseated);
        json.WriteNumber("binds_occupied"u8, relay.Occupied);
        json.WriteNumber("binds_over_share"u8, relay.OverShare);
        json.WriteNumber("binds_spent"u8, relay.Spent);
        json.WriteNumber("binds_full"u8, relay.Full);
        json.WriteNumber("binds_wrong_password"u8, relay.Unauthenticated);
    }
}
