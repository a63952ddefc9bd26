using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Punch.Cli.Options;
using Punch.Cli.Serve;
using Punch.Protocol.Relay;
using Punch.Server;
using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Serving.Stun;
using Punch.Tests.Cli;
using Punch.Tests.Relay;
using Punch.Tests.Rendezvous;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>The whole command, in this process.</summary>
public sealed partial class ServeCommandTests
{
    private static readonly string[][] Refused =
    [
        ["127.0.0.1"],
        ["--listen", "localhost"],
        ["--listen", "10.1"],
        ["--listen", "[::1"],
        ["--listen", "[127.0.0.1"],
        ["--listen", "127.0.0.1:"],
        ["--listen", "127.0.0.1:65536"],
        ["--listen", "127.0.0.1:x"],
        ["--listen", "224.0.0.1"],
        ["--listen", "255.255.255.255"],
        ["--listen", "127.0.0.1", "--listen", "127.0.0.1:3478"],
        ["--listen", "127.0.0.1", "--alternate", "3478"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.1"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.2:3478"],
        ["--listen", "127.0.0.1", "--alternate", "0.0.0.0"],
        ["--listen", "127.0.0.1", "--alternate", "::1"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.2", "--alternate", "127.0.0.3"],
        ["--listen", "127.0.0.1", "--alternate", "3479", "--alternate", "3480"],
        ["--listen", "127.0.0.1:65535", "--alternate", "127.0.0.2"],
        ["--alternate", "127.0.0.2"],
        ["--public", "203.0.113.1,203.0.113.2"],
        ["--listen", "127.0.0.1", "--alternate", "3479", "--public", "203.0.113.1,203.0.113.2"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.2", "--public", "2001:db8::1,2001:db8::2"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.2", "--public", "203.0.113.1"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.2", "--public", "203.0.113.1,203.0.113.1"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.2", "--public", "203.0.113.1,2001:db8::2"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.2", "--public", "203.0.113.1:3478,203.0.113.2"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.2", "--public", "0.0.0.0,203.0.113.2"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.2", "--public", "192.0.2.1,192.0.2.2", "--public", "192.0.2.3,192.0.2.4"],
        ["--rate-limit", "0"],
        ["--rate-limit", "on"],
        ["--rate-limit", "1000001"],
        ["--max-rooms", "-1"],
        ["--max-rooms", "many"],
        ["--max-rooms", "16000001"],
        ["--max-relays", "0"],
        ["--max-relays", "1000001"],
        ["--relay-rate", "0"],
        ["--relay-rate", "fast"],
        ["--relay-volume", "1GB"],
        ["--relay-total", "30001"],
        ["--drain", "-1"],
        ["--drain", "long"],
        ["--stats", "0"],
        ["--stats", "10ms"],
        ["--stats", "often"],
        ["--metrics", "127.0.0.1"],
        ["--metrics", "0.0.0.0:9478"],
        ["--metrics", "203.0.113.1:9478"],
        ["--metrics", "127.0.0.1:3478"],
        ["--listen", "127.0.0.1", "--alternate", "127.0.0.2", "--metrics", "127.0.0.2:3479"],
        ["--tls-listen", "127.0.0.1"],
        ["--tls", "cert.pem", "key.pem", "other.pem"],
        ["--tls", "nothing.pem", "key.pem"],
        ["--tls", "cert.pem", "--listen", "127.0.0.1:443"],
        ["--websocket", "127.0.0.1"],
        ["--websocket", "0.0.0.0:8080"],
        ["--proxy-from", "localhost"],
        ["--bogus"],
        ["--json", "--listen"],
    ];

    [Fact]
    public void Every_refusal_reads_as_reviewed()
    {
        var text = new StringBuilder();
        foreach (string[] arguments in Refused)
        {
            CliResult result = CliResult.Of(["serve", .. arguments]);

            text.Append("$ punch serve ").AppendJoin(' ', arguments).Append('\n').Append(result.Error).Append($"exit {result.Exit}\n\n");
            Assert.Equal(2, result.Exit);
        }

        Golden.Check("refusals-serve.txt", text.ToString());
    }

    [Fact]
    public void With_json_a_refusal_is_an_error_object_and_a_summary()
    {
        JsonElement[] events = Events(CliResult.Of("serve", "--json", "--rate-limit", "x"));

        Assert.Equal(["error", "summary"], events.Select(e => e.GetProperty("event").GetString()));
        Assert.All(events, e => Assert.Equal(2, e.GetProperty("exit").GetInt32()));
    }

    [Fact]
    public void Options_mean_what_they_say()
    {
        ServeOptions options = Options(
            "--listen=192.0.2.1", "-l", "[2001:db8::1]:5000", "-a192.0.2.2", "-a", "[2001:db8::2]:6000", "--no-tcp", "--rate-limit", "100", "--small-answers",
            "--max-rooms", "5000", "--public", "203.0.113.1,203.0.113.2", "--stats", "10", "--metrics", "[::1]:9478", "--json", "-q", "-vv");

        Assert.Equal(
            ["192.0.2.1:3478/192.0.2.2:3479", "2001:db8::1:5000/2001:db8::2:6000"],
            options.Addresses.Select(each => $"{each.Host}:{each.Port}/{each.AlternateHost}:{each.AlternatePort}"));
        Assert.Equal([(HostAddress.Parse("203.0.113.1"), HostAddress.Parse("203.0.113.2")), null], options.Addresses.Select(each => each.Public));
        Assert.Equal(new RateLimit(100, 250), options.Limit);
        Assert.Equal(5000, options.MaxRooms);
        Assert.Equal(StunReplySize.NeverLarger, options.ReplySize);
        Assert.Equal("[::1]:9478", options.Metrics!.Value.ToString());
        Assert.Equal(TimeSpan.FromSeconds(10), options.Statistics);
        Assert.True(options is { HasTcp: false, IsJson: true, IsQuiet: true, Verbosity: 2 });
    }

    [Fact]
    public void Options_of_the_relay_mean_what_they_say()
    {
        ServeOptions options = Options("--max-relays", "7", "--relay-rate", "30000", "--relay-volume", "5", "--relay-total", "off", "--drain", "30");

        Assert.Equal(new RelayOptions { MaxSessions = 7, Limits = new RelayLimits(3_750_000_000, 5_000_000), TotalBytesPerSecond = 0 }, options.Relay);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Drain);
        Assert.Equal(new RelayLimits(0, 0), Options("--relay-rate", "off", "--relay-volume", "off").Relay!.Limits);
        Assert.Null(Options("--no-relay").Relay);
        Assert.Equal((new RelayOptions(), TimeSpan.Zero), (Options().Relay, Options().Drain));
    }

    [Fact]
    public void Without_options_it_serves_every_address_on_the_port_of_STUN()
    {
        ServeOptions options = Options();

        Assert.Equal(["0.0.0.0:3478", ":::3478"], options.Addresses.Select(each => $"{each.Host}:{each.Port}"));
        Assert.All(options.Addresses, each => Assert.True(each.IsOptional));
        Assert.Equal(RateLimit.Stun, options.Limit);
        Assert.True(options is { HasTcp: true, Metrics: null, Statistics: null });
        Assert.Null(Options("--rate-limit", "off").Limit);
        Assert.Equal(100_000, options.MaxRooms);
        Assert.Equal(0, Options("--max-rooms", "0").MaxRooms);
        Assert.Equal([3479, 3479], Options("--alternate", "3479").Addresses.Select(each => (int)each.AlternatePort!.Value));
    }

    [Fact]
    public void A_taken_port_is_reported_with_the_option_that_helps()
    {
        using Socket taken = ServerRig.Client();

        CliResult result = CliResult.Of("serve", "--listen", $"127.0.0.1:{ServerRig.LocalOf(taken).Port}");

        Assert.Equal(3, result.Exit);
        Assert.Empty(result.Output);
        Assert.Matches("^punch: error: UDP port [0-9]+ is taken by another program\npunch: hint: .*--listen.*\n$", result.Error);
    }

    [Fact]
    public void A_port_that_is_taken_only_for_TCP_is_reported_as_well()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        CliResult result = CliResult.Of("serve", "--listen", $"127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");

        Assert.Equal(3, result.Exit);
        Assert.Contains("error: TCP port ", result.Error, StringComparison.Ordinal);
        taken.Stop();
    }

    [Fact]
    public void Binding_an_address_of_another_machine_is_reported()
    {
        CliResult result = CliResult.Of("serve", "--listen", "192.0.2.77");

        Assert.Equal(3, result.Exit);
        Assert.Matches("^punch: error: 192.0.2.77 is not an address of this machine\npunch: hint: .*--listen.*\n$", result.Error);
    }

    [Fact]
    public void A_stopped_server_prints_its_counts_and_succeeds()
    {
        CliResult result = Served([], endpoint =>
        {
            using Socket client = ServerRig.Client();
            ServerRig.Ask(client, endpoint, ServerRig.Request());
        });

        Assert.Equal(0, result.Exit);
        Assert.Empty(result.Error);
        Assert.Matches(
            @"^SERVE STUN on 127\.0\.0\.1:\d+ \(UDP and TCP\)\n\n--- punch serve statistics ---\nreceived 1, answered 1, time [0-9.]+ m?s\n$", result.Output);
    }

    [Theory]
    [InlineData("relay.test", "relay.test")]
    [InlineData("2001:db8::1", "[2001:db8::1]")]
    [InlineData("*.relay.test", "HOST")]
    public void The_start_prints_what_makes_a_client_trust_the_key(string name, string host)
    {
        using var files = new PemFiles();
        files.Write(name, TimeSpan.FromDays(-9), TimeSpan.FromDays(-8));

        string[] arguments = ["--tls", files.Certificate, files.Key, "--tls-listen", "127.0.0.1:0", "--websocket", "127.0.0.1:0"];
        CliResult text = Served(arguments, _ => Thread.Yield(), lines: 3), json = Served([.. arguments, "--json"], _ => Thread.Yield());

        Match line = TlsLine().Match(text.Output);
        Assert.Equal((host, files.Pin), (line.Groups["host"].Value, line.Groups["pin"].Value));
        JsonElement start = Events(json)[0];
        Assert.Matches($"^tls://{Regex.Escape(host)}:[0-9]+#sha256={files.Pin}$", start.GetProperty("pin").GetString());
        Assert.Equal((1, 1), (start.GetProperty("tls").GetArrayLength(), start.GetProperty("websocket").GetArrayLength()));
    }

    [Fact]
    public void Told_to_stop_it_tells_both_sides_of_a_relayed_pair_and_ends()
    {
        using Socket first = ServerRig.Client();
        using Socket second = ServerRig.Client();
        CliResult result = Served([], endpoint =>
        {
            RelayServerTests.Bind(first, endpoint, party: 1);
            RelayServerTests.Bind(second, endpoint, party: 2);
        });

        Assert.Equal(0, result.Exit);
        Assert.Contains(", relayed pairs 1, relays bound 2", result.Output);
        foreach (Socket leg in (Socket[])[first, second])
        {
            Assert.True(RelayNotice.TryRead(RelayServerTests.Receive(leg).Bytes, out RelayNotice notice));
            Assert.Equal((RelayEvent.Draining, TimeSpan.Zero), (notice.Event, notice.Lifetime!.Value));
        }
    }

    [Fact]
    public async Task With_drain_it_relays_on_until_the_last_pair_is_gone()
    {
        using Socket first = ServerRig.Client();
        using Socket second = ServerRig.Client();
        long stopped = 0;
        Task<int>? relayed = null;
        CliResult result = Served(["--drain", "10m"], endpoint =>
        {
            byte[] firstNonce = RelayServerTests.Bind(first, endpoint, party: 1), secondNonce = RelayServerTests.Bind(second, endpoint, party: 2);
            stopped = System.Diagnostics.Stopwatch.GetTimestamp();
            relayed = Task.Run(() =>
            {
                RelayServerTests.Receive(first);
                RelayServerTests.Receive(second);
                ServerRig.Send(first, endpoint, RelayRig.Frame(99));
                int length = RelayServerTests.Receive(second).Bytes.Length;
                var leave = new BindBytes { LifetimeValue = [0, 0, 0, 0] };
                ServerRig.Send(first, endpoint, (leave with { Cookie = firstNonce }).ToArray());
                ServerRig.Send(second, endpoint, (leave with { PartyName = JoinBytes.Name(2), Cookie = secondNonce }).ToArray());
                return length;
            });
        });

        Assert.Equal((0, 99), (result.Exit, await relayed!));
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(stopped) < TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Statistics_are_printed_in_every_interval()
    {
        CliResult result = Served(["--stats", "100ms", "--no-tcp"], _ => Thread.Yield(), lines: 3);

        string[] lines = result.Output.Split('\n');
        Assert.EndsWith(" (UDP)", lines[0]);
        Assert.Equal("received 0, answered 0, 0 answers a second", lines[1]);
        Assert.Equal("received 0, answered 0, 0 answers a second", lines[2]);
    }

    [Fact]
    public void The_documentation_names_every_field_and_no_other()
    {
        CliResult result = Served(["--json", "--stats", "100ms"], _ => Thread.Yield(), lines: 3);

        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "json.md"));
        string section = page[page.IndexOf("# The output of `punch serve --json`", StringComparison.Ordinal)..];
        IEnumerable<string> documented = Field().Matches(section).Select(match => match.Groups[1].Value);
        IEnumerable<string> printed = Events(result).SelectMany(Names).Distinct().Except(["v", "event"]);
        Assert.Equal(documented.Order(), printed.Order());
        Assert.Equal(["listening", "stats", "stats", "summary"], Events(result).Select(e => e.GetProperty("event").GetString()).Take(3).Append("summary"));
        Assert.Equal("summary", Events(result)[^1].GetProperty("event").GetString());
        foreach (string metric in MetricsText.Of(default).Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)))
        {
            Assert.Contains($"`{metric.Split(' ')[2]}`", section);
        }
    }

    [Fact]
    public void The_log_names_clients_at_debug_level_and_below_alone()
    {
        var observer = new List<Serilog.Events.LogEvent>();
        using Serilog.Core.Logger log = new Serilog.LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new Recorder(observer)).CreateLogger();
        var server = new ServeLog(log);
        var client = Punch.Protocol.TransportAddress.Parse("192.0.2.7:1");

        server.OnRequest(client, client, RequestOutcome.Answered);
        server.OnConnection(client, ConnectionChange.Opened);
        server.OnAcceptFailed(Punch.Protocol.TransportAddress.Parse("0.0.0.0:3478"), SocketError.TooManyOpenSockets, 3);
        server.OverLimit(5, TimeSpan.FromMinutes(1));
        server.OutOfRooms(5, TimeSpan.FromMinutes(1));

        Assert.All(observer.Where(e => e.RenderMessage().Contains("192.0.2.7")), e => Assert.True(e.Level <= Serilog.Events.LogEventLevel.Debug));
        Assert.Equal(5, observer.Count);
    }

    /// <summary>Runs the command until it has printed some lines and the caller is done with it.</summary>
    private static CliResult Served(string[] arguments, Action<Punch.Protocol.TransportAddress> ask, int lines = 1)
    {
        using var stop = new CancellationTokenSource();
        var output = new MemorySink();
        Task<CliResult> run = Task.Run(() => CliResult.Of(output, stop.Token, ["serve", "--listen", "127.0.0.1:0", .. arguments]), TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => run.IsCompleted || output.Lines.Length >= lines, TimeSpan.FromSeconds(20));
        ask(Punch.Protocol.TransportAddress.Parse(Address().Match(output.Lines[0]).Value));
        stop.Cancel();
        return run.Result;
    }

    private static JsonElement[] Events(CliResult result) =>
        [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(property.Name))
        : [];

    private static ServeOptions Options(params string[] arguments) =>
        Assert.IsType<Request<ServeOptions>.Perform>(ServeTable.Parse(arguments)).Options;

    [GeneratedRegex(@"\nSERVE TLS on 127\.0\.0\.1:\d+: tls://(?<host>[^#]+):\d+#sha256=(?<pin>[0-9a-f]{64})\nSERVE WebSocket on 127\.0\.0\.1:\d+\n")]
    private static partial Regex TlsLine();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    [GeneratedRegex(@"^\| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Field();

    private sealed class Recorder(List<Serilog.Events.LogEvent> events) : Serilog.Core.ILogEventSink
    {
        public void Emit(Serilog.Events.LogEvent logEvent) => events.Add(logEvent);
    }
}
