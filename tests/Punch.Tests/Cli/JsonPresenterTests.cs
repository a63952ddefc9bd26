using System.Text.Json;
using System.Text.RegularExpressions;
using Punch.Cli.HandOver;
using Punch.Cli.Session;
using Punch.Protocol.Forwarding;
using Xunit;
using static Punch.Tests.Cli.SessionScript;

namespace Punch.Tests.Cli;

public sealed partial class JsonPresenterTests
{
    private static readonly SessionEnd BadEnd = new()
    {
        Exit = ExitCode.NoPath,
        Failure = new Failure(ExitCode.NoPath, "no_path", "it's no path") { Details = ["sent 4", "heard nothing"], Hint = "try \"again\"" },
    };

    [Fact]
    public void A_session_is_written_as_one_object_a_line()
    {
        string[] lines = Everything().Output.Lines;

        Assert.Equal(
            [
                """{"v":1,"event":"listening","time":"2026-11-22T14:23:01+01:00","id":"5f0c9a77d1e2b340","host":"peer.example","local":["0.0.0.0:6311","[::]:6311"],"remote":["203.0.113.7:6311","[2001:db8::7]:6311"]}""",
                """{"v":1,"event":"sent","at_ms":0,"to":"203.0.113.7:6311","local_port":6311,"kind":"punch","bytes":0}""",
                """{"v":1,"event":"sent","at_ms":0,"to":"203.0.113.7:6311","local_port":6311,"kind":"message","bytes":112,"seq":1}""",
                """{"v":1,"event":"sent","at_ms":5,"to":"203.0.113.7:6400","local_port":6400,"kind":"message","bytes":112,"seq":2,"ttl":4}""",
                """{"v":1,"event":"received","at_ms":10.5,"from":"203.0.113.7:40122","kind":"punch","bytes":0}""",
                """{"v":1,"event":"received","at_ms":20.125,"from":"203.0.113.7:40122","kind":"message","bytes":1,"seq":3,"rtt_ms":18.4}""",
                """{"v":1,"event":"open","at_ms":20.125,"after_ms":20.125,"remote":"203.0.113.7:40122","rtt_ms":18.4,"local_port":6311,"moved":true,"slot":false,"reopened":false,"via":"direct"}""",
                """{"v":1,"event":"received","at_ms":30,"from":"203.0.113.7:40122","kind":"plain","bytes":5,"text":"hello"}""",
                """{"v":1,"event":"received","at_ms":31,"from":"198.51.100.9:4000","kind":"stranger","bytes":1025,"text":"XXX","truncated":true}""".Replace("XXX", new string('x', 1024)),
                """{"v":1,"event":"received","at_ms":32,"from":"203.0.113.7:40122","kind":"other-version","bytes":14,"text":"x punch/2 id=1"}""",
                """{"v":1,"event":"suspected","at_ms":15000}""",
                """{"v":1,"event":"closed","at_ms":20000,"remote":"203.0.113.7:40122","silent_ms":10020,"reason":"silent"}""",
                """{"v":1,"event":"open","at_ms":21500,"after_ms":1500,"remote":"203.0.113.7:6400","local_port":6400,"moved":false,"slot":true,"reopened":true,"via":"direct"}""",
                """{"v":1,"event":"eof","at_ms":22000,"remote":"203.0.113.7:6311"}""",
                """{"v":1,"event":"suspended","at_ms":23000}""",
                """{"v":1,"event":"resumed","at_ms":25500,"ms":2500}""",
                """{"v":1,"event":"report","at_ms":2000,"from_ms":1000,"total":false,"out":{"sent":100,"received":97,"lost":1,"rate_bps":960000},"in":{"sent":90,"received":88,"lost":2,"rate_bps":844800,"reordered":3,"duplicates":4,"late":1,"jitter_ms":0.125}}""",
                """{"v":1,"event":"stats","at_ms":2000,"rtt_ms":50.5,"rtt_min_ms":48,"cwnd":1000000,"in_flight":900000,"lost":12,"spurious":2,"repaired_bytes":17000,"pmtu":1472,"rate_bps":95000000}""",
                """{"v":1,"event":"forward","at_ms":26000,"state":"listening","side":"here","local":"127.0.0.1:8080","to":"localhost:80"}""",
                """{"v":1,"event":"forward","at_ms":26001,"state":"failed","side":"peer","local":"localhost:81","to":"","reason":"port_taken"}""",
                """{"v":1,"event":"connection","at_ms":27000,"state":"opened","side":"here","id":4,"from":"192.0.2.9:9","to":"localhost:80"}""",
                """{"v":1,"event":"connection","at_ms":27001,"state":"refused","side":"here","id":4,"from":"192.0.2.9:9","to":"localhost:80","reason":"not_allowed"}""",
                """{"v":1,"event":"connection","at_ms":29000,"state":"closed","side":"here","id":4,"from":"192.0.2.9:9","to":"localhost:80","sent_bytes":3,"received_bytes":4,"ms":2000}""",
                """{"v":1,"event":"closed","at_ms":30000,"remote":"203.0.113.7:40122","silent_ms":0,"reason":"left"}""",
                """{"v":1,"event":"error","code":"no_path","message":"it's no path","detail":"sent 4; heard nothing","hint":"try \"again\"","exit":1}""",
                """{"v":1,"event":"handover","at_ms":0,"command":["socat","-u","a b"],"local_port":6311,"remote":"203.0.113.7:40122"}""",
                """{"v":1,"event":"summary","exit":1,"verdict":"nothing","elapsed_ms":0,"remote":null,"via":null,"opens":0,"open_after_ms":null,"sent":0,"primes":0,"received":0,"messages":0,"answered":0,"out_expected":0,"out_lost":0,"in_expected":0,"in_lost":0,"duplicates":0,"reordered":0,"other_versions":0,"strangers":0,"refusals":0,"data_sent":0,"data_sent_bytes":0,"data_received":0,"data_received_bytes":0,"data_out_lost":0,"data_in_lost":0,"data_unconfirmed":0,"data_unconfirmed_bytes":0,"data_duplicates":0,"data_exact":true,"not_shown":0,"rtt_count":0,"rtt_min_ms":null,"rtt_avg_ms":null,"rtt_max_ms":null,"rtt_mdev_ms":null,"jitter_ms":null}""",
            ],
            lines);
    }

    [Fact]
    public void A_summary_holds_every_number()
    {
        var end = new SessionEnd
        {
            Exit = ExitCode.Success,
            Verdict = Verdict.TwoWay,
            Path = Moved,
            Elapsed = Ms(12_250.5),
            Statistics = new SessionStatistics
            {
                Sent = 1,
                Primes = 22,
                Received = 2,
                Messages = 3,
                Answered = 4,
                Outbound = new Loss(5, 6),
                Inbound = new Loss(7, 8),
                Duplicates = 9,
                Reordered = 10,
                OtherVersions = 11,
                Strangers = 12,
                Refusals = 13,
                DataSent = new Volume(22, 23),
                DataReceived = new Volume(24, 25),
                DataOutbound = new Loss(99, 26),
                DataInbound = new Loss(99, 27),
                Opens = 14,
                TimeToOpen = Ms(15),
                RoundTrips = new RoundTrips(16, Ms(17), Ms(18), Ms(19), Ms(20), Ms(21)),
            },
        };

        Assert.Equal(
            """{"v":1,"event":"summary","exit":0,"verdict":"two-way","elapsed_ms":12250.5,"remote":"203.0.113.7:40122","via":"direct","opens":14,"open_after_ms":15,"sent":1,"primes":22,"received":2,"messages":3,"answered":4,"out_expected":5,"out_lost":6,"in_expected":7,"in_lost":8,"duplicates":9,"reordered":10,"other_versions":11,"strangers":12,"refusals":13,"data_sent":22,"data_sent_bytes":23,"data_received":24,"data_received_bytes":25,"data_out_lost":26,"data_in_lost":27,"data_unconfirmed":0,"data_unconfirmed_bytes":0,"data_duplicates":0,"data_exact":true,"not_shown":0,"rtt_count":16,"rtt_min_ms":17,"rtt_avg_ms":18,"rtt_max_ms":19,"rtt_mdev_ms":20,"jitter_ms":21}""",
            Assert.Single(AsJson().End(end).Output.Lines));
    }

    [Fact]
    public void Data_is_printable_ascii_on_the_wire_and_the_same_text_once_parsed()
    {
        const string Data = "\u001b[31m \"quoted\" \\ \u009b\u202e\u200b é 😀 +0000 <&'>\u0000\n";

        string line = Assert.Single(AsJson().Event(Received(0, DatagramKind.Plain, Data), Data).Output.Lines);

        Assert.All(line, c => Assert.InRange(c, ' ', '~'));
        Assert.Contains("+0000 <&'>", line);
        Assert.Equal(Data, JsonDocument.Parse(line).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Random_bytes_always_make_one_line_of_valid_json()
    {
        for (ulong seed = 0; seed < 500; seed++)
        {
            var random = new SplitMix64(seed);
            byte[] bytes = new byte[1 + random.NextInt(1_500)];
            for (int i = 0; i < bytes.Length; i++) { bytes[i] = (byte)(random.Next() & 0xFF); }

            string output = AsJson().Event(Received(0, DatagramKind.Stranger, "x"), bytes).Output.Text;

            Assert.True(output.Count(c => c is < ' ' or > '~') == 1 && output[^1] == '\n', $"seed {seed}");
            JsonDocument.Parse(output);
        }
    }

    [Fact]
    public void A_flood_writes_twenty_objects_a_second_and_the_rest_is_counted()
    {
        SessionScript script = AsJson();
        for (int i = 0; i < 10_000; i++) { script.Event(Received(i * 0.2, DatagramKind.Stranger, "x"), "x"); }

        JsonElement[] lines = [.. script.End(BadEnd).Output.Lines.Select(line => JsonDocument.Parse(line).RootElement)];

        Assert.Equal(42, lines.Length);
        Assert.Equal(4_980, lines[20].GetProperty("not_shown").GetInt32());
        Assert.Equal(4_980, lines[41].GetProperty("not_shown").GetInt32());
    }

    [Fact]
    public void Quiet_leaves_out_single_datagrams()
    {
        SessionScript script = AsJson(options => options with { IsQuiet = true })
            .Begin()
            .Event(Sent(0, sequence: 1))
            .Event(Received(0, DatagramKind.Message, "x", 3, 18.4), "x")
            .Event(Path(SessionEventKind.Opened, 20, roundTrip: 18.4))
            .Event(Closed(20_000, 10_020))
            .End(BadEnd);

        Assert.Equal(
            ["listening", "open", "closed", "error", "summary"],
            script.Output.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()));
    }

    [Fact]
    public void The_documentation_names_every_field_of_every_event_and_no_other()
    {
        Dictionary<string, HashSet<string>> documented = Documented();
        var printed = new Dictionary<string, HashSet<string>>();
        SessionScript flood = AsJson();
        for (int i = 0; i < 30; i++) { flood.Event(Received(i * 100, DatagramKind.Stranger, "x"), "x"); }

        SessionScript held = AsJson();
        for (int i = 0; i < 30; i++) { held.Event(Received(i, DatagramKind.Stranger, "x"), "x"); }

        held.Event(Received(1_500, DatagramKind.Stranger, "x"), "x");
        SessionScript streaming = AsJson().Begin().End(BadEnd with { HasStreams = true });
        SessionScript[] all = [Everything(), flood, held, EverythingOverTcp(), streaming, AsJson().Copy()];
        foreach (string line in all.SelectMany(script => script.Output.Lines))
        {
            JsonElement root = JsonDocument.Parse(line).RootElement;
            string kind = root.GetProperty("event").GetString()!;
            printed.TryAdd(kind, []);
            printed[kind].UnionWith(root.EnumerateObject().Select(property => property.Name));
        }

        Assert.Equal(printed.Keys.Order(), documented.Keys.Order());
        Assert.All(printed, pair => Assert.Equal(pair.Value.Order(), documented[pair.Key].Order()));
    }

    [Fact]
    public void The_documentation_names_every_code_of_an_error()
    {
        string page = Page();
        string[] codes =
        [
            "usage", "unresolved", "not_unicast", "port_taken", "no_such_address", "no_route", "no_permission", "family_unavailable",
            "too_large", "network", "no_path", "other_version", "cut_short", "unconfirmed", "lost", "unreadable", "resources", "closed",
            "not_passed", "no_match", "peer_restarted", "command_not_found", "command_not_executable",
        ];

        Assert.All(codes, code => Assert.Contains($"`{code}`", page));
    }

    [Fact]
    public void Every_example_of_the_documentation_is_valid_and_holds_documented_fields_only()
    {
        Dictionary<string, HashSet<string>> documented = Documented();
        JsonElement[] examples = [.. Page().Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)];

        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Subset(
            documented[example.GetProperty("event").GetString()!], example.EnumerateObject().Select(property => property.Name).ToHashSet()));
    }

    private static SessionScript Everything()
    {
        string big = new('x', 1025);
        return AsJson()
            .Begin()
            .Event(Sent(0, DatagramKind.Punch))
            .Event(Sent(0, sequence: 1))
            .Event(Sent(5, sequence: 2) with { Remote = Named with { Port = 6400 }, Local = Local with { Port = 6400 }, HopLimit = 4 })
            .Event(Received(10.5, DatagramKind.Punch, ""))
            .Event(Received(20.125, DatagramKind.Message, "x", 3, 18.4), "x")
            .Event(Path(SessionEventKind.Opened, 20.125, isMoved: true, roundTrip: 18.4))
            .Event(Received(30, DatagramKind.Plain, "hello"), "hello")
            .Event(Received(31, DatagramKind.Stranger, big), big)
            .Event(Received(32, DatagramKind.OtherVersion, "x punch/2 id=1"), "x punch/2 id=1")
            .Event(new SessionEvent { Kind = SessionEventKind.Suspected, Elapsed = Ms(15_000) })
            .Event(Closed(20_000, 10_020))
            .Event(InSlot(Path(SessionEventKind.Opened, 21_500, isReopened: true)))
            .Event(new SessionEvent { Kind = SessionEventKind.DataEnded, Remote = Named, Elapsed = Ms(22_000) })
            .Event(new SessionEvent { Kind = SessionEventKind.StreamsSuspended, Elapsed = Ms(23_000) })
            .Event(new SessionEvent { Kind = SessionEventKind.StreamsResumed, SilentFor = Ms(2_500), Elapsed = Ms(25_500) })
            .Report(Reported)
            .Report(Flowing)
            .Forward(new ForwardEvent(ForwardEventKind.Listening) { From = "127.0.0.1:8080", To = "localhost:80", IsOwn = true }, 26_000)
            .Forward(new ForwardEvent(ForwardEventKind.ListenFailed) { From = "localhost:81", Status = OpenStatus.PortTaken }, 26_001)
            .Forward(Linked(ForwardEventKind.Opened), 27_000)
            .Forward(Linked(ForwardEventKind.Refused) with { Status = OpenStatus.NotAllowed }, 27_001)
            .Forward(Linked(ForwardEventKind.Closed) with { Sent = 3, Received = 4, Lasted = Ms(2_000) }, 29_000)
            .Event(Closed(30_000, 0))
            .Event(Ended(30_000))
            .End(BadEnd with { HandOver = new HandOverPath(new HandOverCommand("socat", ["-u", "a b"]), Local, Moved) });
    }

    private static ForwardEvent Linked(ForwardEventKind kind) =>
        new(kind) { Id = 4, From = "192.0.2.9:9", To = "localhost:80", IsOwn = true };

    private static SessionScript EverythingOverTcp()
    {
        TransportAddress local = Local with { Transport = Transport.Tcp };
        TransportAddress remote = Named with { Transport = Transport.Tcp };
        return AsJson()
            .Begin(Start() with { Remotes = [remote], Locals = [local] })
            .Event(Path(SessionEventKind.Opened, 20.125, isMoved: false, roundTrip: 18.4) with { Remote = remote, Local = local })
            .End(BadEnd with { HandOver = new HandOverPath(new HandOverCommand("socat", ["-u", "a b"]), local, remote) });
    }

    private static string Page() => File.ReadAllText(System.IO.Path.Combine(Repository.Root, "docs", "json.md"));

    /// <summary>Headings are <c>## `event`</c>, fields the first column of the table below; <c>v</c> and <c>event</c> are common to all.</summary>
    private static Dictionary<string, HashSet<string>> Documented()
    {
        var documented = new Dictionary<string, HashSet<string>>();
        HashSet<string>? fields = null;
        foreach (string line in Page().Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                fields = null;
                if (Heading().Match(line) is { Success: true } heading) { documented[heading.Groups[1].Value] = fields = ["v", "event"]; }
            }
            else if (fields is not null && Field().Match(line) is { Success: true } field)
            {
                fields.Add(field.Groups[1].Value);
            }
        }

        return documented;
    }

    [GeneratedRegex("^## `([a-z]+)`")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `([a-z0-9_]+)` \|")]
    private static partial Regex Field();
}
