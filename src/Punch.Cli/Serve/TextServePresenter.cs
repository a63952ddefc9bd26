using Punch.Cli.Output;
using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;

namespace Punch.Cli.Serve;

/// <summary>For people.</summary>
internal sealed class TextServePresenter(IByteSink output, ErrorPrinter errors) : IServePresenter
{
    private readonly LineBuffer _line = new();
    private ServeReading _last = new(default, TimeSpan.Zero);

    /// <inheritdoc/>
    public void Begin(ServeStart start)
    {
        _line.Append($"SERVE STUN on {string.Join(", ", start.Endpoints)}");
        if (!start.PublicEndpoints.SequenceEqual(start.Endpoints))
        {
            _line.Append($", known as {string.Join(", ", start.PublicEndpoints)}");
        }

        _line.Append(start.HasTcp ? " (UDP and TCP)"u8 : " (UDP)"u8);
        if (start.HasPassword) { _line.Append(", joins with a password"u8); }

        if (start.Metrics is { } metrics) { _line.Append($", metrics on http://{metrics}/metrics"); }

        _line.Flush(output);
        if (start.Pin is { } pin) { _line.Append($"SERVE TLS on {string.Join(", ", start.Tls)}: {pin}").Flush(output); }

        if (start.WebSockets.Count > 0) { _line.Append($"SERVE WebSocket on {string.Join(", ", start.WebSockets)}").Flush(output); }
    }

    /// <inheritdoc/>
    public void Report(ServeReading reading)
    {
        double seconds = (reading.Elapsed - _last.Elapsed).TotalSeconds;
        long answered = reading.Statistics.Total.Answered - _last.Statistics.Total.Answered;
        _last = reading;
        AppendCounts(reading.Statistics);
        _line.Append(", "u8).AppendNumber(seconds > 0 ? answered / seconds : 0, "0.#").Append(" answers a second"u8).Flush(output);
    }

    /// <inheritdoc/>
    public void End(ServeReading reading)
    {
        _line.Append("\n--- punch serve statistics ---"u8).Flush(output);
        AppendCounts(reading.Statistics);
        _line.Append(", time "u8).AppendWait(reading.Elapsed).Flush(output);
    }

    /// <inheritdoc/>
    public void Fail(Failure failure) => errors.Fail(failure);

    private void AppendCounts(in ServerStatistics statistics)
    {
        RequestCounts total = statistics.Total;
        _line.Append($"received {total.Received}, answered {total.Answered}");
        AppendIfAny(total.Refused, "refused");
        AppendIfAny(total.Limited, "over the limit");
        AppendIfAny(total.Ignored, "ignored");
        AppendIfAny(total.Unsent, "not sent");
        AppendRendezvous(statistics.Rendezvous);
        AppendRelay(statistics.Relay);
        if (statistics.Accepted > 0) { _line.Append($", TCP connections {statistics.Accepted}"); }

        AppendIfAny(statistics.Connections, "open");
        AppendIfAny(statistics.TurnedAway, "turned away");
        AppendIfAny(statistics.TimedOut, "timed out");
        AppendIfAny(statistics.StreamDrops, "dropped for slow connections");
        AppendIfAny(statistics.ReceiveErrors, "receive errors");
        AppendIfAny(statistics.AcceptErrors, "accept errors");
    }

    private void AppendRendezvous(in RendezvousStatistics rendezvous)
    {
        AppendIfAny(rendezvous.Joined + rendezvous.Introduced, "joins");
        AppendIfAny(rendezvous.Rooms, "rooms");
        AppendIfAny(rendezvous.Waiting, "waiting");
        AppendIfAny(rendezvous.Notices, "told");
        AppendIfAny(rendezvous.Crowded, "third parties");
        AppendIfAny(rendezvous.Unauthenticated, "wrong passwords");
        AppendIfAny(rendezvous.Full, "turned away for want of rooms");
    }

    private void AppendRelay(in RelayStatistics relay)
    {
        AppendIfAny(relay.Sessions, "relayed pairs");
        AppendIfAny(relay.Bound, "relays bound");
        AppendIfAny(relay.Moved, "moved");
        AppendIfAny(relay.Refused, "relays refused");
        AppendIfAny(relay.Forwarded, "relayed datagrams");
        AppendIfAny(relay.ForwardedBytes, "relayed bytes");
        AppendIfAny(relay.OverLimit, "dropped at a relay's limit");
        AppendIfAny(relay.DroppedAlone, "dropped for want of a peer");
    }

    private void AppendIfAny(long count, string what)
    {
        if (count > 0) { _line.Append($", {what} {count}"); }
    }
}
