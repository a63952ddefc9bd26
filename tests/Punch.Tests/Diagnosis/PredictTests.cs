using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using Punch.Cli;
using Punch.Cli.Nat;
using Punch.Cli.Output;
using Punch.Cli.Parsing;
using Punch.Cli.Pipe;
using Punch.Cli.Predict;
using Punch.Simulation;
using Punch.Tests.Cli;
using Xunit;

namespace Punch.Tests.Diagnosis;

public sealed class PredictTests
{
    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (AccessKind a in AccessKinds.Peers)
        {
            foreach (AccessKind b in AccessKinds.Peers) { pairs.Add(a.Name(), b.Name()); }
        }

        return pairs;
    }

    /// <summary>The oracle is a table of a few rules, and the prediction runs the real session. Each checks the other.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_runs_agree_with_the_verdict_of_punch_nat(string a, string b)
    {
        var options = new PredictOptions { A = Read(a), B = Read(b), Seeds = 6 };

        Prediction prediction = Predictor.Make(options, Introduction.Server);

        DirectPath verdict = NatVerdict.Between(options.A.Candidates[0].Traits, options.B.Candidates[0].Traits);
        Assert.Equal(verdict, prediction.Reachability switch
        {
            Reachability.Yes => DirectPath.Yes,
            Reachability.Search => DirectPath.Search,
            Reachability.No => DirectPath.No,
            _ => throw new UnreachableException($"{prediction}"),
        });
    }

    [Theory]
    [InlineData("symmetric", "port-restricted", "search", 0)]
    [InlineData("home", "home", "yes", 0)]
    [InlineData("open", "symmetric-random", "yes", 0)]
    [InlineData("cgn", "symmetric-eif", "search", 0)]
    [InlineData("adm", "symmetric-random", "no", 0)]
    public void Two_kinds_give_a_prediction(string a, string b, string direct, int exit)
    {
        CliResult result = CliResult.Of("predict", a, b, "--json");

        JsonElement prediction = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(exit, result.Exit);
        Assert.Equal("prediction", prediction.GetProperty("event").GetString());
        Assert.Equal(direct, prediction.GetProperty("direct").GetString());
        Assert.Equal(20, prediction.GetProperty("with_server").GetProperty("runs").GetInt32());
    }

    [Theory]
    [InlineData("symmetric", "port-restricted")]
    [InlineData("adm", "symmetric-random")]
    [InlineData("udp-blocked", "adm")]
    [InlineData("udp-blocked", "only-443")]
    [InlineData("udp-blocked", "only-proxy")]
    [InlineData("home", "only-443")]
    [InlineData("only-443", "only-proxy")]
    public void A_pair_without_a_direct_path_is_relayed_in_every_run(string a, string b)
    {
        JsonElement prediction = JsonDocument.Parse(CliResult.Of("predict", a, b, "--json").Output).RootElement;
        CliResult text = CliResult.Of("predict", a, b);

        JsonElement relay = prediction.GetProperty("with_relay");
        Assert.Equal("relayed", prediction.GetProperty("path").GetString());
        Assert.Equal((20, 20, 20), (relay.GetProperty("runs").GetInt32(), relay.GetProperty("opened").GetInt32(), relay.GetProperty("relayed").GetInt32()));
        Assert.Equal(0, prediction.GetProperty("with_server").GetProperty("opened").GetInt32());
        Assert.Contains(": relayed", text.Output, StringComparison.Ordinal);
    }

    /// <summary>The side without UDP is a home router: it has a direct path over TCP wherever that router would have one over UDP.</summary>
    [Fact]
    public void A_side_without_UDP_has_a_direct_path_over_TCP_where_a_home_router_has_one()
    {
        PredictedNetwork blocked = Read("udp-blocked");
        foreach (NatPreset preset in (NatPreset[])[.. NatPresets.All, NatPresets.UdpBlocked])
        {
            PredictedNetwork other = Read(preset.Name);
            bool isDirect = NatVerdict.Between(AccessKind.PortPreserving.Traits(), other.Candidates[0].Traits) == DirectPath.Yes;
            foreach (PredictOptions options in (PredictOptions[])[new() { A = blocked, B = other, Seeds = 3 }, new() { A = other, B = blocked, Seeds = 3 }])
            {
                Prediction prediction = Predictor.Make(options, Introduction.Server);

                Assert.Equal((preset.Name, isDirect ? 3 : 0), (preset.Name, prediction.Opened));
                Assert.Equal(isDirect, prediction.Example is { IsOverTcp: true, IsRelayed: false });
            }
        }
    }

    [Fact]
    public void A_direct_path_over_TCP_is_said_to_be_one()
    {
        JsonElement prediction = JsonDocument.Parse(CliResult.Of("predict", "udp-blocked", "open", "--json").Output).RootElement;
        CliResult text = CliResult.Of("predict", "udp-blocked", "open");

        Assert.Equal(("yes", "direct"), (prediction.GetProperty("direct").GetString(), prediction.GetProperty("path").GetString()));
        Assert.True(prediction.GetProperty("with_server").GetProperty("over_tcp").GetBoolean());
        Assert.StartsWith("udp-blocked and open: a direct path opens\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("over TCP", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_direct_pair_needs_no_relay()
    {
        JsonElement prediction = JsonDocument.Parse(CliResult.Of("predict", "home", "home", "--json").Output).RootElement;

        Assert.Equal("direct", prediction.GetProperty("path").GetString());
        Assert.Equal(JsonValueKind.Null, prediction.GetProperty("with_relay").ValueKind);
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("7", null)]
    [InlineData("[{},3,null]", null)]
    [InlineData("""[{"url":"tcp://a:3478","proxy":null,"reason":"no reply"}]""", null)]
    [InlineData("""[{"url":"tcp://a:3478","proxy":null,"reason":null},{"url":"tls://a:443","proxy":null,"reason":null}]""", "udp-blocked")]
    [InlineData("""[{"url":"tls://a:443","proxy":null,"reason":null},{"url":"tcp://a:3478","proxy":"a:1","reason":null}]""", "only-443")]
    [InlineData("""[{"url":"tcp://a:3478","proxy":"a:1","reason":null}]""", "only-proxy")]
    public void A_report_without_UDP_says_what_passes_instead(string ways, string? kind)
    {
        string content = """{"v":1,"mapping":"unknown","filtering":"unknown","allocation":"unknown","udp":"blocked","ways":""" + ways + "}";
        using var file = new ReportFile(content);

        Assert.Equal(kind, Read(file.Path).Candidates.SingleOrDefault()?.Access.Name);
        Assert.Equal(0, CliResult.Of("predict", file.Path, "home", "--seeds", "1").Exit);
    }

    [Fact]
    public void The_same_arguments_give_the_same_answer_byte_for_byte()
    {
        string[] arguments = ["predict", "linux", "address-restricted", "--show"];

        Assert.Equal(CliResult.Of(arguments).Output, CliResult.Of(arguments).Output);
    }

    [Fact]
    public void By_address_alone_a_moved_port_is_met_only_where_the_other_side_lets_it_in()
    {
        Assert.Equal("yes", ByAddress("home", "home"));
        Assert.Equal("no", ByAddress("port-restricted", "home"));
        Assert.Equal("yes", ByAddress("port-restricted", "open"));
    }

    [Fact]
    public void A_report_is_as_good_as_the_kind_it_describes()
    {
        foreach (AccessKind kind in AccessKinds.Peers)
        {
            using var file = new ReportFile(NatReports.Of(kind.Name()));

            PossibleNetwork candidate = Assert.Single(Read(file.Path).Candidates);

            Assert.Equal(kind.Traits(), candidate.Traits);
        }
    }

    [Fact]
    public void A_report_of_the_fixed_fields_alone_is_enough()
    {
        using var file = new ReportFile("""{"v":1,"mapping":["adm","apdm"],"filtering":"apdf","allocation":"unknown","udp":"open","public":[],"verdict":[]}""");

        PredictedNetwork network = Read(file.Path);

        Assert.Equal(6, network.Candidates.Count);
        Assert.Contains(new NatTraits(Mapping.AddressDependent, Filtering.AddressAndPortDependent, PortAllocation.Sequential), network.Candidates.Select(candidate => candidate.Traits));
    }

    [Fact]
    public void An_answer_that_rests_on_an_unknown_says_on_which()
    {
        using var file = new ReportFile(NatReports.Partial("port-restricted"));

        CliResult home = CliResult.Of("predict", file.Path, "home", "--json");
        CliResult open = CliResult.Of("predict", file.Path, "open", "--json");
        CliResult text = CliResult.Of("predict", file.Path, "home");

        JsonElement prediction = JsonDocument.Parse(home.Output).RootElement;
        Assert.Equal("unknown", prediction.GetProperty("direct").GetString());
        Assert.Equal(["a.mapping"], prediction.GetProperty("rests_on").EnumerateArray().Select(each => each.GetString()));
        Assert.Equal(1, home.Exit);
        Assert.Equal("yes", JsonDocument.Parse(open.Output).RootElement.GetProperty("direct").GetString());
        Assert.Equal(0, open.Exit);
        Assert.Contains("the unknown mapping of A", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_reports_that_know_nothing_are_answered_within_the_limit_of_runs()
    {
        const string Nothing = """{"v":1,"mapping":"unknown","filtering":"unknown","allocation":"unknown","udp":"open","public":[],"verdict":[]}""";
        using var file = new ReportFile(Nothing);

        Prediction prediction = Predictor.Make(new PredictOptions { A = Read(file.Path), B = Read("home") }, Introduction.Server);

        Assert.Equal(Reachability.Unknown, prediction.Reachability);
        Assert.InRange(prediction.Runs, 30, Predictor.MaxRuns);
        Assert.Equal(NatFindings.Mapping, prediction.RestsOnA);
        Assert.Equal(NatFindings.None, prediction.RestsOnB);
    }

    [Fact]
    public void Without_UDP_and_without_another_way_nothing_opens()
    {
        using var file = new ReportFile(NatReports.Blocked());

        CliResult result = CliResult.Of("predict", "open", file.Path);

        Assert.Equal(0, result.Exit);
        Assert.Contains("no UDP passes at B", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("""{"v":2,"mapping":"eim","filtering":"eif","allocation":"random"}""")]
    [InlineData("""{"v":1,"mapping":"eim","filtering":"eif"}""")]
    [InlineData("""{"v":1,"mapping":"wide","filtering":"eif","allocation":"random"}""")]
    [InlineData("""{"v":1,"mapping":["eim",3],"filtering":"eif","allocation":"random"}""")]
    [InlineData("""{"v":1,"mapping":{},"filtering":"eif","allocation":"random"}""")]
    [InlineData("""{"v":1,"mapping":"\ud800","filtering":"eif","allocation":"random"}""")]
    [InlineData("""{"v":"1","mapping":"eim","filtering":"eif","allocation":"random"}""")]
    public void A_file_without_a_report_is_refused(string content)
    {
        using var file = new ReportFile(content);

        CliResult result = CliResult.Of("predict", "open", file.Path);

        Assert.Equal(2, result.Exit);
        Assert.Contains("is no report", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_may_come_by_standard_input()
    {
        using var file = new ReportFile(NatReports.Of("symmetric-random"));
        byte[] report = File.ReadAllBytes(file.Path);
        var output = new MemorySink();
        using var stop = new CancellationTokenSource();

        ExitCode exit = CommandTable.Run(["predict", "-", "port-restricted", "-q"], new CommandContext(output, new MemorySink(), stop) { OpenInput = () => new ByteSource(report) });

        Assert.Equal(ExitCode.Success, exit);
        Assert.Equal("standard input and port-restricted: relayed, or direct by port search\n", output.Text);
    }

    [Fact]
    public void Two_reports_cannot_both_come_by_standard_input()
    {
        CliResult result = CliResult.Of("predict", "-", "-");

        Assert.Equal(2, result.Exit);
        Assert.Contains("only one report can come from standard input", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_without_the_report_at_its_end_is_refused_as_such()
    {
        using var file = new ReportFile("""{"v":1,"event":"testing","at_ms":0.250,"server":"192.0.2.1:3478"}""");

        Assert.Contains("ends before the report", CliResult.Of("predict", file.Path, "home").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_an_end_is_too_large()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs /dev/zero");
            return;
        }

        CliResult result = CliResult.Of("predict", "/dev/zero", "home");

        Assert.Equal(2, result.Exit);
        Assert.Contains("'/dev/zero' is no report of 'punch nat --json': it is too large", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_values_in_a_report_are_left_out_and_never_throw()
    {
        foreach (string more in (string[])["\"step\":0", "\"step\":1e99", "\"step\":\"x\"", "\"block\":[1]", "\"block\":[9,1]", "\"block\":[-1,70000]", "\"block\":\"x\"", "\"possible\":7", "\"udp\":5", "\"udp\":[]", "\"early_packets\":null", "\"early_packets\":{}", "\"udp\":\"\\ud800\""])
        {
            using var file = new ReportFile($$"""{"v":1,"mapping":"apdm","filtering":"apdf","allocation":"sequential",{{more}}}""");

            Assert.Equal(0, CliResult.Of("predict", "open", file.Path, "--seeds", "1").Exit);
        }
    }

    [Fact]
    public void The_numbers_of_a_report_are_simulated()
    {
        using var file = new ReportFile("""{"v":1,"mapping":"apdm","filtering":"apdf","allocation":"sequential","step":-2,"block":[2000,2100]}""");

        NatPreset access = Assert.Single(Read(file.Path).Candidates).Access;

        Assert.Equal((-2, 2000, 2100), (access.Nats[0].SequentialStep, access.Nats[0].FirstPort, access.Nats[0].LastPort));
    }

    [Fact]
    public void Every_prediction_fits_eighty_columns()
    {
        foreach (NatPreset a in NatPresets.All)
        {
            foreach (NatPreset b in NatPresets.All)
            {
                string[] lines = CliResult.Of("predict", a.Name, b.Name, "--show", "--seeds", "1").Output.Split('\n');

                Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
            }
        }
    }

    [Fact]
    public void The_picture_in_the_documentation_is_what_the_command_draws()
    {
        string picture = CliResult.Of("predict", "home", "home", "--show").Output.Split("\n\n", 2)[1];

        Assert.Contains(picture, File.ReadAllText(Path.Combine(Repository.Root, "docs", "how-it-works.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("port-restricted", "full-cone")]
    [InlineData("home", "home")]
    [InlineData("symmetric-random", "address-restricted")]
    [InlineData("symmetric-random", "home")]
    [InlineData("linux", "home")]
    [InlineData("carrier", "firewall")]
    public void A_picture_reads_as_reviewed(string a, string b) =>
        Golden.Check($"predict-{a}-{b}.txt", CliResult.Of("predict", a, b, "--show").Output);

    [Fact]
    public void The_picture_of_a_meeting_is_made_by_the_command_that_stands_above_it()
    {
        string picture = CliResult.Of("predict", "home", "home", "--show").Output.Split("\n\n", 2)[1].TrimEnd();

        Assert.Contains($"```sh\npunch predict home home --show\n```\n\n```\n{picture}\n```\n", File.ReadAllText(Path.Combine(Repository.Root, "docs", "how-it-works.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_picture_of_the_README_is_the_one_that_the_command_draws()
    {
        using var file = new ReportFile("");

        CliResult result = CliResult.Of("predict", "home", "home", "--svg", file.Path);

        Assert.Equal(0, (int)result.Exit);
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "docs", "ladder.svg")), File.ReadAllText(file.Path));
    }

    [Fact]
    public void Every_SVG_is_well_formed_and_has_all_the_text_of_its_picture()
    {
        using var file = new ReportFile("");
        foreach (NatPreset a in NatPresets.All)
        {
            string[] shown = CliResult.Of("predict", a.Name, "linux", "--show", "--seeds", "1", "--svg", file.Path).Output.Split("\n\n", 2)[1].Split(WordEnds, StringSplitOptions.RemoveEmptyEntries);

            string drawn = string.Join(' ', XDocument.Load(file.Path).Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value));

            Assert.Equal(shown.Where(IsWord), drawn.Split(WordEnds, StringSplitOptions.RemoveEmptyEntries).Where(IsWord));
        }
    }

    [Fact]
    public void A_drawing_that_cannot_be_saved_is_a_local_failure()
    {
        CliResult result = CliResult.Of("predict", "home", "home", "--svg", "/no-such-folder/ladder.svg");

        Assert.Equal(3, (int)result.Exit);
        Assert.StartsWith("punch: error: cannot write '/no-such-folder/ladder.svg': ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    private static readonly char[] WordEnds = [' ', '\n', '|'];

    private static bool IsWord(string word) => word.Any(char.IsLetterOrDigit) && word != "x" && !word.StartsWith('-');

    [Fact]
    public void Every_field_is_documented_and_every_documented_field_occurs()
    {
        HashSet<string> written = [];
        NatPresenterTests.Collect(JsonDocument.Parse(CliResult.Of("predict", "symmetric", "home", "--json").Output).RootElement, written);

        Assert.Equal(NatPresenterTests.Documented("punch predict").Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    private static PredictedNetwork Read(string word) => NetworkReader.Read(word, () => EmptySource.Instance);

    private static string? ByAddress(string a, string b) =>
        JsonDocument.Parse(CliResult.Of("predict", a, b, "--json").Output).RootElement.GetProperty("by_address").GetProperty("direct").GetString();

    private sealed class ReportFile : IDisposable
    {
        public ReportFile(string content) => File.WriteAllText(Path, content);

        public ReportFile(NatReport report)
            : this(Lines(report))
        {
        }

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);

        private static string Lines(NatReport report)
        {
            var output = new MemorySink();
            var options = new Punch.Cli.Nat.NatOptions { Servers = [RemoteTarget.Parse("stun.example")] };
            var presenter = new JsonNatPresenter(output, new ErrorPrinter(new MemorySink()), options);
            presenter.Begin([.. report.Servers.Select(server => server.Address)]);
            presenter.End(new NatEnd { Exit = ExitCode.Success, Report = report });
            return output.Text;
        }
    }
}
