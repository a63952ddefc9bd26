using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Punch.Cli.Nat;
using Punch.Cli.Output;
using Punch.Cli.Parsing;
using Punch.Tests.Cli;
using Punch.Tests.Discovery;
using Xunit;

namespace Punch.Tests.Diagnosis;

public sealed partial class NatPresenterTests
{
    [Fact]
    public void The_text_output_is_as_reviewed()
    {
        var text = new StringBuilder();
        foreach (string name in (string[])["open", "firewall", "linux", "port-restricted", "symmetric-sequential", "carrier"])
        {
            text.Append($"# {name}\n").Append(Print(NatReports.Of(name))).Append('\n');
        }

        text.Append("# full-cone, seen by one address with two ports\n").Append(Print(NatReports.Partial("full-cone"))).Append('\n');
        text.Append("# port-restricted, seen by a plain server\n").Append(Print(NatReports.Plain("port-restricted")));

        Golden.Check("nat.txt", text.ToString());
        Assert.All(text.ToString().Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Quiet_prints_the_verdict_alone()
    {
        string[] lines = Print(NatReports.Of("open"), isQuiet: true).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.StartsWith("A direct path opens by itself", lines[0]);
        Assert.StartsWith("What would help", lines[^2]);
        Assert.Equal("require eim        met", lines[^1]);
    }

    [Theory]
    [InlineData("open", "none", "none", "preserving")]
    [InlineData("firewall", "none", "apdf", "preserving")]
    [InlineData("full-cone", "eim", "eif", "random")]
    [InlineData("address-restricted", "eim", "adf", "random")]
    [InlineData("linux", "eim", "apdf", "preserving")]
    [InlineData("adm", "adm", "apdf", "random")]
    [InlineData("symmetric-sequential", "apdm", "apdf", "sequential")]
    public void The_last_object_holds_the_fixed_fields(string name, string mapping, string filtering, string allocation)
    {
        JsonElement report = Json(NatReports.Of(name));

        Assert.Equal(1, report.GetProperty("v").GetInt32());
        Assert.Equal("report", report.GetProperty("event").GetString());
        Assert.Equal(mapping, report.GetProperty("mapping").GetString());
        Assert.Equal(filtering, report.GetProperty("filtering").GetString());
        Assert.Equal(allocation, report.GetProperty("allocation").GetString());
        Assert.Equal("open", report.GetProperty("udp").GetString());
        Assert.All(report.GetProperty("public").EnumerateArray(), address => Assert.StartsWith("198.51.100.1:", address.GetString()));
        Assert.Equal(AccessKinds.Peers.Select(kind => kind.Name()), report.GetProperty("verdict").EnumerateArray().Select(verdict => verdict.GetProperty("peer").GetString()));
        Assert.All(report.GetProperty("verdict").EnumerateArray(), verdict => Assert.Contains(verdict.GetProperty("direct").GetString(), (string[])["yes", "search", "no"]));
    }

    [Fact]
    public void A_finding_that_is_one_of_two_is_a_list_of_both_and_one_of_more_is_unknown()
    {
        JsonElement partial = Json(NatReports.Partial("full-cone"));
        JsonElement plain = Json(NatReports.Plain("full-cone"));

        Assert.Equal(["eim", "adm"], partial.GetProperty("mapping").EnumerateArray().Select(each => each.GetString()));
        Assert.Equal(["eif", "adf"], partial.GetProperty("filtering").EnumerateArray().Select(each => each.GetString()));
        Assert.Equal("one-server-address", partial.GetProperty("why_unknown").GetProperty("mapping").GetString());
        Assert.Equal("unknown", plain.GetProperty("mapping").GetString());
        Assert.Equal(["eim", "adm", "apdm"], plain.GetProperty("possible").GetProperty("mapping").EnumerateArray().Select(each => each.GetString()));
        JsonElement verdict = partial.GetProperty("verdict").EnumerateArray().Single(each => each.GetProperty("peer").GetString() == "port-restricted");
        Assert.Equal("unknown", verdict.GetProperty("direct").GetString());
        Assert.Contains("mapping", verdict.GetProperty("rests_on").EnumerateArray().Select(each => each.GetString()));
    }

    [Fact]
    public void Blocked_UDP_gives_a_full_report()
    {
        JsonElement report = Json(NatReports.Blocked());

        Assert.Equal("blocked", report.GetProperty("udp").GetString());
        Assert.Equal("unknown", report.GetProperty("mapping").GetString());
        Assert.Equal(0, report.GetProperty("public").GetArrayLength());
        Assert.All(report.GetProperty("verdict").EnumerateArray(), verdict => Assert.Equal("no", verdict.GetProperty("direct").GetString()));
    }

    [Fact]
    public void Every_field_is_documented_and_every_documented_field_occurs()
    {
        HashSet<string> written = [];
        foreach (string name in (string[])["linux", "symmetric-sequential"]) { Collect(Json(NatReports.Of(name)), written); }

        Collect(Json(new DiscoveryRig(DiscoveryRig.Access(new Punch.Simulation.NatOptions { Allocation = PortAllocation.Random, FirstPort = 2000, LastPort = 2200 }))
        {
            TestsLifetime = true,
        }.ServeTwoAddresses().Run(DiscoveryRig.A1P1)), written);
        Collect(Json(NatReports.Plain("full-cone")), written);
        Collect(Json(NatReports.Refused()), written);
        HashSet<string> documented = Documented("punch nat");

        Assert.Equal(documented.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    /// <summary>The fields that docs/json.md lists for a command: the first column of the tables under its heading.</summary>
    internal static HashSet<string> Documented(string command)
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "json.md"));
        string section = page.Split($"\n# The output of `{command} --json`")[1].Split("\n# ")[0];
        return [.. Field().Matches(section).Select(match => match.Groups[1].Value)];
    }

    /// <summary>The names of all fields of an object, those of objects within it as well.</summary>
    internal static void Collect(JsonElement element, HashSet<string> names)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement each in element.EnumerateArray()) { Collect(each, names); }
        }

        if (element.ValueKind != JsonValueKind.Object) { return; }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name is not ("v" or "event")) { names.Add(property.Name); }

            Collect(property.Value, names);
        }
    }

    private static NatOptions Options(bool isQuiet = false) => new()
    {
        Servers = [RemoteTarget.Parse("stun.example")],
        TestsHairpin = true,
        IsQuiet = isQuiet,
        Requirements = [NatRequirement.Parse("eim")],
    };

    private static string Print(NatReport report, bool isQuiet = false)
    {
        var output = new MemorySink();
        var presenter = new TextNatPresenter(output, new ErrorPrinter(new MemorySink()), Options(isQuiet), LiveLine.None);
        presenter.Begin([.. report.Servers.Select(server => server.Address)]);
        foreach (ServerReport server in report.Servers)
        {
            presenter.Event(new DiscoveryEvent { Kind = DiscoveryEventKind.ServerAnswered, Server = server.Address, Mapped = server.Mapped, RoundTrip = server.RoundTrip });
        }

        presenter.Event(new DiscoveryEvent { Kind = DiscoveryEventKind.Completed, Elapsed = report.Elapsed });
        presenter.End(new NatEnd { Exit = ExitCode.Success, Report = report });
        return output.Text;
    }

    private static JsonElement Json(NatReport report)
    {
        var output = new MemorySink();
        var tcp = new TcpReport
        {
            Server = DiscoveryRig.A1P1 with { Transport = Transport.Tcp },
            Mapped = TransportAddress.Parse("203.0.113.1:5000") with { Transport = Transport.Tcp },
            OtherMapped = TransportAddress.Parse("203.0.113.1:5000") with { Transport = Transport.Tcp },
        };
        new JsonNatPresenter(output, new ErrorPrinter(new MemorySink()), Options())
            .End(new NatEnd
            {
                Exit = ExitCode.Success,
                Report = report,
                Tcp = tcp,
                Proxy = "proxy.example:3128",
                Ways = [new NatWay("TLS to 192.0.2.1:443", "tls://192.0.2.1:443", Proxy: null, "connection refused")],
            });
        return JsonDocument.Parse(output.Lines[^1]).RootElement;
    }

    [GeneratedRegex("^\\| `([a-z0-9_]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Field();
}
