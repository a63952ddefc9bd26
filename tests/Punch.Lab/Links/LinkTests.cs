using System.Globalization;
using System.Text.Json;
using Punch.Lab.Cells;
using Punch.Lab.Meet;
using Punch.Lab.Topology;
using Xunit;

namespace Punch.Lab.Links;

/// <summary>Two real machines on one link: several addresses, link-local ones alone, and a link that goes down.</summary>
[Trait("group", "link")]
public sealed class LinkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string[] Check = ["-c", "3", "-i", "100ms", "-w", "10"];

    [Theory]
    [InlineData("10.9.0.9", "10.9.0.1")]
    [InlineData("10.9.0.9", "10.9.0.11")]
    [InlineData("fd00:9::9", "fd00:9::1")]
    [InlineData("fd00:9::9", "fd00:9::11")]
    public void Two_that_name_the_second_address_of_a_machine_reach_it(string namedByA, string namedByB)
    {
        Prerequisites.NeedPunch();
        using var link = new Neighbours(
            ["10.9.0.1/24", "10.9.0.11/24", "fd00:9::11/64", "fd00:9::1/64"], ["10.9.0.2/24", "10.9.0.9/24", "fd00:9::9/64", "fd00:9::2/64"]);

        LabProcess a = link.Start(link.A, [namedByA, .. Check]);
        LabProcess b = link.Start(link.B, [namedByB, .. Check]);

        AssertBothEndWith0(link, a, b);
    }

    [Fact]
    public void A_meeting_goes_on_when_the_address_in_use_is_gone()
    {
        Prerequisites.NeedPunch();
        using var link = new Neighbours(["fd00:9::1/64"], ["fd00:9::2/64", "fd00:9::3/64", "fd00:9::9/64"]);
        (LabProcess a, LabProcess b) = Meet(link, "fd00:9::3", "fd00:9::3", "-i", "200ms", "-w", "20", "--json");
        Assert.True(a.WaitForLine(line => PunchPeer.EventOf(line) == "open", Patience) is not null, link.Transcript());
        Thread.Sleep(TimeSpan.FromSeconds(3));
        string lost = PathOf(a);

        link.B.Namespace.Ip($"address del {lost}/64 dev {Neighbours.Device}");

        AssertBothEndWith0(link, a, b);
        Assert.True(PathOf(a) != lost, link.Transcript());
    }

    [Theory]
    [InlineData("{0}", "{0}")]
    [InlineData("[{0}]", "[{0}]:3478")]
    public void Two_that_share_link_local_addresses_alone_meet_by_a_server_beside_one_of_them(string namedByA, string namedByB)
    {
        Prerequisites.NeedPunch();
        using var link = new Neighbours([], []);
        string server = Neighbours.LinkLocalOf(link.B);

        (LabProcess a, LabProcess b) = Meet(link, Word(namedByA, server), Word(namedByB, server), Check);

        AssertBothEndWith0(link, a, b);
    }

    [Fact]
    public void Link_local_addresses_reach_each_other_by_name()
    {
        Prerequisites.NeedPunch();
        using var link = new Neighbours([], []);

        LabProcess a = link.Start(link.A, [Neighbours.LinkLocalOf(link.B), .. Check]);
        LabProcess b = link.Start(link.B, [$"[{Neighbours.LinkLocalOf(link.A)}]:6311", .. Check]);

        AssertBothEndWith0(link, a, b);
    }

    /// <summary>An outage says nothing about a port: the path opens again, few ports are taken, and all of them are given back.</summary>
    [Theory]
    [InlineData("10.9.0.2", "-4")]
    [InlineData("fd00:9::2", "-6")]
    [InlineData("fd00:9::2", "-v")]
    public void A_link_that_is_down_for_a_while_costs_few_ports_and_no_more_than_one_descriptor(string server, string option)
    {
        Prerequisites.NeedPunch();
        const int MostPortsASecond = 2;
        using var link = new Neighbours(["10.9.0.1/24", "fd00:9::1/64"], ["10.9.0.2/24", "fd00:9::2/64"]);
        (LabProcess a, LabProcess b) = Meet(link, server, server, "-i", "200ms", "-w", "100", "--json", option);
        Assert.True(a.WaitForLine(line => PunchPeer.EventOf(line) == "open", Patience) is not null, link.Transcript());
        Thread.Sleep(TimeSpan.FromSeconds(5));
        int before = Descriptors(a);

        for (int i = 0; i < 3; i++)
        {
            link.A.Namespace.Ip($"link set {Neighbours.Device} down");
            Thread.Sleep(TimeSpan.FromSeconds(7));
            link.A.Namespace.Ip(
                $"link set {Neighbours.Device} up", $"address replace 10.9.0.1/24 dev {Neighbours.Device}", $"address replace fd00:9::1/64 dev {Neighbours.Device} nodad");
            var since = LabClock.Now;
            bool isBack = a.WaitFor(line => line.Time > since && IsAnswer(line.Text), Patience) is not null;
            Assert.True(isBack, $"no answer after outage {i + 1}\n{link.Transcript()}");
        }

        Thread.Sleep(TimeSpan.FromSeconds(8));
        int after = Descriptors(a);
        double[] ports = [.. a.Output.Select(line => line.Text).Where(line => PunchPeer.EventOf(line) == "fresh_port").Select(TimeOf)];
        Assert.All(ports, at => Assert.InRange(ports.Count(other => other >= at && other < at + 1000), 1, MostPortsASecond));

        // A path may stay on a port that was taken for it.
        Assert.True(after <= before + 1, $"{before} descriptors, and then {after}\n{link.Transcript()}");
    }

    private static (LabProcess A, LabProcess B) Meet(Neighbours link, string namedByA, string namedByB, params string[] options)
    {
        LabProcess server = link.Start(link.B, "serve");
        Assert.True(server.WaitForLine(line => line.StartsWith("SERVE", StringComparison.Ordinal), Patience) is not null, link.Transcript());
        string code = MeetCode.Draw(7);
        return (link.Start(link.A, ["meet", code, "--via", namedByA, .. options]), link.Start(link.B, ["meet", code, "--via", namedByB, .. options]));
    }

    private static void AssertBothEndWith0(Neighbours link, LabProcess a, LabProcess b)
    {
        a.WaitForExit(Patience * 2);
        b.WaitForExit(Patience);
        Assert.True((a.ExitCode, b.ExitCode) == (0, 0), $"A {a.ExitCode}, B {b.ExitCode}\n{link.Transcript()}");
    }

    private static string PathOf(LabProcess process)
    {
        string open = process.Output.Select(line => line.Text).Last(line => PunchPeer.EventOf(line) == "open");
        return JsonDocument.Parse(open).RootElement.GetProperty("remote").GetString()!.Split(']')[0][1..];
    }

    private static string Word(string form, string address) => string.Format(CultureInfo.InvariantCulture, form, address);

    private static int Descriptors(LabProcess process) =>
        Directory.GetFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/fd")).Length;

    private static bool IsAnswer(string line) =>
        PunchPeer.EventOf(line) == "received" && JsonDocument.Parse(line).RootElement.TryGetProperty("rtt_ms", out _);

    private static double TimeOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("at_ms").GetDouble();
}
