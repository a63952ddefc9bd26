using System.Globalization;
using System.Text;
using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;

namespace Punch.Server;

/// <summary>
/// Writes the counters of a server in the text format of Prometheus (version 0.0.4). Names and labels must not change; docs/json.md lists
/// them.
/// </summary>
public static class MetricsText
{
    /// <summary>Writes all counters.</summary>
    public static string Of(in ServerStatistics statistics)
    {
        var text = new StringBuilder(4096);
        RequestCounts udp = statistics.Udp, tcp = statistics.Tcp;
        Counter(text, "received_total", "Datagrams over UDP and messages over TCP that came.", udp.Received, tcp.Received);
        Counter(text, "received_bytes_total", "Bytes of them, without headers below STUN.", udp.ReceivedBytes, tcp.ReceivedBytes);
        Counter(text, "answered_total", "Requests that got a success answer.", udp.Answered, tcp.Answered);
        Counter(text, "refused_total", "Requests that got an error answer.", udp.Refused, tcp.Refused);
        Counter(text, "limited_total", "Requests without an answer because their network is over its limit.", udp.Limited, tcp.Limited);
        Counter(text, "ignored_total", "What came and is no request that this server answers.", udp.Ignored, tcp.Ignored);
        Counter(text, "unsent_total", "Answers that the system did not take.", udp.Unsent, tcp.Unsent);
        Counter(text, "sent_bytes_total", "Bytes of all answers.", udp.SentBytes, tcp.SentBytes);
        Single(text, "receive_errors_total", "counter", "Receive calls on UDP sockets that the system failed.", statistics.ReceiveErrors);
        Single(text, "accept_errors_total", "counter", "TCP connections that the system failed to take.", statistics.AcceptErrors);
        Single(text, "connections", "gauge", "TCP connections that are open.", statistics.Connections);
        Single(text, "connections_accepted_total", "counter", "TCP connections that were taken.", statistics.Accepted);
        Single(
            text, "connections_turned_away_total", "counter", "TCP connections that were turned away at a limit.", statistics.TurnedAway);
        Single(
            text, "connections_timed_out_total", "counter", "TCP connections ended for want of a request or for age.", statistics.TimedOut);
        Single(
            text, "stream_drops_total", "counter", "Datagrams dropped because a TCP connection was slow or gone.", statistics.StreamDrops);
        AddRendezvous(text, statistics.Rendezvous);
        AddRelay(text, statistics.Relay);
        return text.ToString();
    }

    private static void AddRendezvous(StringBuilder text, in RendezvousStatistics rendezvous)
    {
        Single(text, "rooms", "gauge", "Rooms with one or two parties.", rendezvous.Rooms);
        Single(text, "rooms_waiting", "gauge", "Rooms with one party.", rendezvous.Waiting);
        Head(text, "joins_total", "counter", "Joins, by what became of them; they are among what came.");
        Join(text, "joined", rendezvous.Joined);
        Join(text, "introduced", rendezvous.Introduced);
        Join(text, "challenged", rendezvous.Challenged);
        Join(text, "held", rendezvous.Held);
        Join(text, "left", rendezvous.Left);
        Join(text, "crowded", rendezvous.Crowded);
        Join(text, "full", rendezvous.Full);
        Join(text, "malformed", rendezvous.Malformed);
        Join(text, "limited", rendezvous.Limited);
        Join(text, "password", rendezvous.Unauthenticated);
        Single(text, "told_total", "counter", "Notices sent to parties that wait.", rendezvous.Notices);
    }

    private static void AddRelay(StringBuilder text, in RelayStatistics relay)
    {
        Single(text, "relay_sessions", "gauge", "Relayed rooms with one or two legs.", relay.Sessions);
        Single(text, "relay_sessions_paired", "gauge", "Relayed rooms with two legs.", relay.Paired);
        AddBinds(text, relay);
        Single(text, "relay_forwarded_total", "counter", "Frames that were sent on.", relay.Forwarded);
        Single(text, "relay_forwarded_bytes_total", "counter", "Bytes of them, without headers below.", relay.ForwardedBytes);
        Head(text, "relay_dropped_total", "counter", "Frames that were dropped, by reason.");
        Dropped(text, "unbound", relay.DroppedUnbound);
        Dropped(text, "alone", relay.DroppedAlone);
        Dropped(text, "rate", relay.DroppedRate);
        Dropped(text, "total", relay.DroppedTotal);
        Dropped(text, "volume", relay.DroppedVolume);
        Single(text, "relay_told_total", "counter", "Notices sent to legs.", relay.Notices);
    }

    private static void AddBinds(StringBuilder text, in RelayStatistics relay)
    {
        Head(text, "relay_binds_total", "counter", "Binds, by what became of them; they are among what came.");
        Bind(text, "bound", relay.Bound);
        Bind(text, "moved", relay.Moved);
        Bind(text, "kept", relay.Kept);
        Bind(text, "left", relay.Left);
        Bind(text, "challenged", relay.Challenged);
        Bind(text, "limited", relay.Limited);
        Bind(text, "malformed", relay.Malformed);
        Bind(text, "off", relay.Off);
        Bind(text, "unseated", relay.Unseated);
        Bind(text, "occupied", relay.Occupied);
        Bind(text, "share", relay.OverShare);
        Bind(text, "spent", relay.Spent);
        Bind(text, "full", relay.Full);
        Bind(text, "password", relay.Unauthenticated);
    }

    private static void Join(StringBuilder text, string outcome, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"punch_joins_total{{outcome=\"{outcome}\"}} {value}\n");

    private static void Bind(StringBuilder text, string outcome, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"punch_relay_binds_total{{outcome=\"{outcome}\"}} {value}\n");

    private static void Dropped(StringBuilder text, string reason, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"punch_relay_dropped_total{{reason=\"{reason}\"}} {value}\n");

    private static void Counter(StringBuilder text, string name, string help, long udp, long tcp)
    {
        Head(text, name, "counter", help);
        text.Append(CultureInfo.InvariantCulture, $"punch_{name}{{transport=\"udp\"}} {udp}\n");
        text.Append(CultureInfo.InvariantCulture, $"punch_{name}{{transport=\"tcp\"}} {tcp}\n");
    }

    private static void Single(StringBuilder text, string name, string type, string help, long value)
    {
        Head(text, name, type, help);
        text.Append(CultureInfo.InvariantCulture, $"punch_{name} {value}\n");
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP punch_{name} {help}\n# TYPE punch_{name} {type}\n");
}
