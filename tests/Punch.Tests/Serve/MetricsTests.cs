using System.Net;
using System.Net.Sockets;
using System.Text;
using Punch.Server;
using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;
using Xunit;

namespace Punch.Tests.Serve;

public sealed class MetricsTests
{
    [Fact]
    public void The_text_has_every_number_once_with_its_help_and_type()
    {
        var counts = new RequestCounts
        {
            Received = 1,
            ReceivedBytes = 2,
            Answered = 3,
            Refused = 4,
            Limited = 5,
            Ignored = 6,
            Unsent = 7,
            SentBytes = 8,
        };
        var rendezvous = new RendezvousStatistics
        {
            Rooms = 31,
            Waiting = 32,
            Joined = 33,
            Introduced = 34,
            Challenged = 35,
            Left = 36,
            Held = 42,
            Crowded = 37,
            Full = 38,
            Malformed = 39,
            Limited = 40,
            Notices = 41,
            Unauthenticated = 43,
        };
        var relay = new RelayStatistics
        {
            Sessions = 51,
            Paired = 52,
            Bound = 53,
            Moved = 54,
            Kept = 55,
            Left = 56,
            Challenged = 57,
            Limited = 58,
            Malformed = 59,
            Off = 60,
            Unseated = 61,
            Occupied = 62,
            OverShare = 63,
            Spent = 64,
            Full = 65,
            Forwarded = 66,
            ForwardedBytes = 67,
            DroppedUnbound = 68,
            DroppedAlone = 69,
            DroppedRate = 70,
            DroppedTotal = 71,
            DroppedVolume = 72,
            Notices = 73,
            Unauthenticated = 74,
        };
        var statistics = new ServerStatistics
        {
            Relay = relay,
            Udp = counts,
            Tcp = counts + counts,
            Connections = 21,
            Accepted = 22,
            TurnedAway = 23,
            TimedOut = 24,
            StreamDrops = 27,
            ReceiveErrors = 25,
            AcceptErrors = 26,
            Rendezvous = rendezvous,
        };

        string[] lines = MetricsText.Of(statistics).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.EndsWith("\n", MetricsText.Of(statistics));
        Assert.Equal(
            [
                "punch_received_total{transport=\"udp\"} 1", "punch_received_total{transport=\"tcp\"} 2",
                "punch_received_bytes_total{transport=\"udp\"} 2", "punch_received_bytes_total{transport=\"tcp\"} 4",
                "punch_answered_total{transport=\"udp\"} 3", "punch_answered_total{transport=\"tcp\"} 6",
                "punch_refused_total{transport=\"udp\"} 4", "punch_refused_total{transport=\"tcp\"} 8",
                "punch_limited_total{transport=\"udp\"} 5", "punch_limited_total{transport=\"tcp\"} 10",
                "punch_ignored_total{transport=\"udp\"} 6", "punch_ignored_total{transport=\"tcp\"} 12",
                "punch_unsent_total{transport=\"udp\"} 7", "punch_unsent_total{transport=\"tcp\"} 14",
                "punch_sent_bytes_total{transport=\"udp\"} 8", "punch_sent_bytes_total{transport=\"tcp\"} 16",
                "punch_receive_errors_total 25", "punch_accept_errors_total 26", "punch_connections 21", "punch_connections_accepted_total 22", "punch_connections_turned_away_total 23",
                "punch_connections_timed_out_total 24", "punch_stream_drops_total 27", "punch_rooms 31", "punch_rooms_waiting 32",
                "punch_joins_total{outcome=\"joined\"} 33", "punch_joins_total{outcome=\"introduced\"} 34",
                "punch_joins_total{outcome=\"challenged\"} 35", "punch_joins_total{outcome=\"held\"} 42", "punch_joins_total{outcome=\"left\"} 36",
                "punch_joins_total{outcome=\"crowded\"} 37", "punch_joins_total{outcome=\"full\"} 38",
                "punch_joins_total{outcome=\"malformed\"} 39", "punch_joins_total{outcome=\"limited\"} 40", "punch_joins_total{outcome=\"password\"} 43", "punch_told_total 41",
                "punch_relay_sessions 51", "punch_relay_sessions_paired 52",
                "punch_relay_binds_total{outcome=\"bound\"} 53", "punch_relay_binds_total{outcome=\"moved\"} 54",
                "punch_relay_binds_total{outcome=\"kept\"} 55", "punch_relay_binds_total{outcome=\"left\"} 56",
                "punch_relay_binds_total{outcome=\"challenged\"} 57", "punch_relay_binds_total{outcome=\"limited\"} 58",
                "punch_relay_binds_total{outcome=\"malformed\"} 59", "punch_relay_binds_total{outcome=\"off\"} 60",
                "punch_relay_binds_total{outcome=\"unseated\"} 61", "punch_relay_binds_total{outcome=\"occupied\"} 62",
                "punch_relay_binds_total{outcome=\"share\"} 63", "punch_relay_binds_total{outcome=\"spent\"} 64",
                "punch_relay_binds_total{outcome=\"full\"} 65", "punch_relay_binds_total{outcome=\"password\"} 74",
                "punch_relay_forwarded_total 66", "punch_relay_forwarded_bytes_total 67",
                "punch_relay_dropped_total{reason=\"unbound\"} 68", "punch_relay_dropped_total{reason=\"alone\"} 69",
                "punch_relay_dropped_total{reason=\"rate\"} 70", "punch_relay_dropped_total{reason=\"total\"} 71",
                "punch_relay_dropped_total{reason=\"volume\"} 72", "punch_relay_told_total 73",
            ],
            lines.Where(line => !line.StartsWith('#')));
        string[] names = [.. lines.Where(line => !line.StartsWith('#')).Select(line => line.Split(' ', '{')[0]).Distinct()];
        Assert.Equal(names, lines.Where(line => line.StartsWith("# HELP ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]));
        Assert.Equal(names, lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]));
    }

    [Theory]
    [InlineData("GET /metrics HTTP/1.0\r\n\r\n", "200", true)]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n", "200", true)]
    [InlineData("GET /metrics?x=1 HTTP/1.1\n\n", "200", true)]
    [InlineData("HEAD /metrics HTTP/1.0\r\n\r\n", "200", false)]
    [InlineData("GET /healthz HTTP/1.1\r\n\r\n", "200", true)]
    [InlineData("HEAD /healthz HTTP/1.0\r\n\r\n", "200", false)]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "404", true)]
    [InlineData("POST /metrics HTTP/1.0\r\n\r\n", "405", true)]
    [InlineData("GET\r\n\r\n", "400", true)]
    [InlineData("GET /metrics FTP\r\n\r\n", "400", true)]
    [InlineData("\r\n\r\n", "400", true)]
    [InlineData("\u0000\u0001\n\n", "400", true)]
    public void Requests_get_the_answer_of_HTTP(string request, string status, bool hasBody)
    {
        string answer = Fetch(request);

        Assert.StartsWith($"HTTP/1.0 {status} ", answer);
        string[] parts = answer.Split("\r\n\r\n", 2);
        Assert.Equal(hasBody, parts[1].Length > 0);
        Assert.Contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n", parts[0]);
        if (hasBody) { Assert.Contains($"\r\nContent-Length: {parts[1].Length}\r\n", parts[0]); }
    }

    [Fact]
    public void A_head_that_does_not_end_gets_an_answer_all_the_same() =>
        Assert.StartsWith("HTTP/1.0 400 ", Fetch(new string('x', 10_000)));

    [Fact]
    public void The_numbers_are_those_of_the_server()
    {
        using var rig = new ServerRig(Options);
        using Socket client = ServerRig.Client();
        ServerRig.Ask(client, rig.Endpoint(), ServerRig.Request());

        string answer = Fetch(rig.Server.Metrics!.Value, "GET /metrics HTTP/1.0\r\n\r\n");

        Assert.Contains("\npunch_answered_total{transport=\"udp\"} 1\n", answer);
        Assert.Contains("\npunch_sent_bytes_total{transport=\"udp\"} 32\n", answer);
    }

    [Fact]
    public void A_server_that_stops_soon_is_not_healthy()
    {
        using var rig = new ServerRig(Options);
        Assert.EndsWith("\r\n\r\nok\n", Fetch(rig.Server.Metrics!.Value, "GET /healthz HTTP/1.0\r\n\r\n"));

        rig.Server.Drain(TimeSpan.FromSeconds(9));

        string answer = Fetch(rig.Server.Metrics!.Value, "GET /healthz HTTP/1.0\r\n\r\n");
        Assert.StartsWith("HTTP/1.0 503 ", answer);
        Assert.EndsWith("\r\n\r\ndraining\n", answer);
    }

    private static ServerOptions Options => new() { Addresses = [ServerRig.Loopback], Metrics = TransportAddress.Parse("127.0.0.1:0") };

    private static string Fetch(string request)
    {
        using var rig = new ServerRig(Options);
        return Fetch(rig.Server.Metrics!.Value, request);
    }

    private static string Fetch(TransportAddress from, string request)
    {
        using var client = new TcpClient { ReceiveTimeout = 5000 };
        client.Connect(new IPEndPoint(from.Host.ToIPAddress(), from.Port));
        client.GetStream().Write(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        return reader.ReadToEnd();
    }
}
