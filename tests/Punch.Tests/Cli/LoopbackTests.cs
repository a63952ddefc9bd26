using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>The whole command on loopback, in this process.</summary>
public sealed class LoopbackTests
{
    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Fact]
    public void A_machine_that_punches_itself_proves_a_two_way_path()
    {
        string port = FreePort();

        CliResult result = CliResult.Of("127.0.0.1", port, "-p", port, "-c", "1", "-w", "30");

        Assert.Equal(0, result.Exit);
        Assert.Empty(result.Error);
        Assert.StartsWith($"PUNCH 127.0.0.1 (127.0.0.1:{port}) from port {port}\n", result.Output);
        Assert.Contains("\nPath open after ", result.Output);
        Assert.Contains("\n--- 127.0.0.1 punch statistics ---\n", result.Output);
    }

    [Fact]
    public void A_machine_that_punches_itself_over_TCP_proves_a_two_way_path()
    {
        string port = FreePort();

        CliResult result = CliResult.Of("127.0.0.1", port, "--tcp", "-p", port, "-c", "1", "-w", "30");

        Assert.Equal(0, result.Exit);
        Assert.Empty(result.Error);
        Assert.StartsWith($"PUNCH 127.0.0.1 (127.0.0.1:{port}) from port {port} over TCP\n", result.Output);
        Assert.Contains($": 127.0.0.1:{port} over TCP, rtt ", result.Output);
    }

    [Fact]
    public void A_port_that_refuses_TCP_is_told_with_the_number_of_attempts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a loopback network");
        CliResult result = CliResult.Of("127.0.0.9", FreePort(), "--tcp", "-B", "127.0.0.1", "-p", "0", "-w", "500ms");

        Assert.Equal(1, result.Exit);
        Assert.Matches(@"punch: dialed 127\.0\.0\.9:[0-9]+ over TCP [0-9]+ times: [0-9]+ refused", result.Error);
        Assert.Contains("refuses TCP connections", result.Error);
    }

    [Fact]
    public void Another_address_of_this_machine_where_nobody_listens_is_no_peer()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a loopback network");
        string port = FreePort();

        CliResult result = CliResult.Of("127.0.0.9", port, "-p", port, "-w", "500ms");

        Assert.Equal(1, result.Exit);
        Assert.Contains("\nno two-way path: ", result.Output);
    }

    [Fact]
    public void A_silent_host_costs_the_deadline_and_exit_code_1()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));

        CliResult result = CliResult.Of("127.0.0.1", PortOf(silent), "-p", "0", "-w", "10ms");

        Assert.Equal(1, result.Exit);
        Assert.StartsWith("punch: error: no two-way path to 127.0.0.1 within 10 ms\npunch: sent ", result.Error);
        Assert.InRange(result.Error.Count(c => c == '\n'), 2, 4);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Text_of_the_original_is_printed_and_proves_one_way(bool isEnough, int exit)
    {
        using var original = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var answer = Task.Run(
            () =>
            {
                IPEndPoint? from = null;
                _ = original.Receive(ref from);
                original.Send(Encoding.ASCII.GetBytes("2007-02-26 12:00:00 +0000\u001b[2J"), from);
            },
            Never);

        string[] arguments = ["127.0.0.1", PortOf(original), "-p", "0", "-w", "500ms", .. isEnough ? (string[])["--one-way-ok", "-c1"] : []];
        CliResult result = CliResult.Of(arguments);

        // The command may have ended before the replying thread returns from its send.
        await answer.WaitAsync(TimeSpan.FromSeconds(10), Never);
        Assert.Equal(exit, result.Exit);
        Assert.Contains($"\nResponse from 127.0.0.1:{PortOf(original)} is 2007-02-26 12:00:00 +0000\\x1b[2J\n", result.Output);
    }

    [Fact]
    public void A_taken_port_is_reported_with_the_option_that_helps()
    {
        using var taken = new UdpClient(new IPEndPoint(IPAddress.Any, 0));

        CliResult result = CliResult.Of("127.0.0.1", "-p", PortOf(taken));

        Assert.Equal(3, result.Exit);
        Assert.Empty(result.Output);
        Assert.Matches($"^punch: error: .*{PortOf(taken)}.*\npunch: hint: .*-p.*\n$", result.Error);
    }

    [Theory]
    [InlineData(3, "127.0.0.1", "-B", "192.0.2.77")]
    [InlineData(2, "224.0.0.1")]
    [InlineData(2, "ff02::1")]
    [InlineData(2, "255.255.255.255")]
    [InlineData(2, "0.0.0.0")]
    [InlineData(2, "::")]
    [InlineData(2, "fe80::1")]
    public void A_command_that_cannot_begin_reports_it_before_any_output(int exit, params string[] arguments)
    {
        CliResult result = CliResult.Of([.. arguments, "-p", "0"]);

        Assert.Equal(exit, result.Exit);
        Assert.Empty(result.Output);
        Assert.Matches("^punch: error: [^\n]+\n(punch: hint: [^\n]+\n)?$", result.Error);
    }

    [Fact]
    public void The_example_of_the_documentation_has_the_fields_that_a_run_prints()
    {
        string port = FreePort();
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "json.md"));

        string run = CliResult.Of("127.0.0.1", port, "-p", port, "-c", "2", "--json").Output;

        HashSet<string> printed = [.. run.Split('\n').Where(line => line.StartsWith('{')).Select(Shape)];
        HashSet<string> shown = [.. page.Split('\n').Where(line => line.StartsWith('{')).Select(Shape)];
        Assert.Contains(shown, shape => shape.StartsWith("open ", StringComparison.Ordinal));
        Assert.Contains(shown, shape => shape.StartsWith("summary ", StringComparison.Ordinal));
        Assert.Subset(printed, shown);

        static string Shape(string line)
        {
            JsonElement root = JsonDocument.Parse(line).RootElement;
            return $"{root.GetProperty("event").GetString()} {string.Join(' ', root.EnumerateObject().Select(property => property.Name))}";
        }
    }

    [Fact]
    public void A_local_refusal_is_an_error_object_in_json()
    {
        CliResult result = CliResult.Of("127.0.0.1", "-B", "192.0.2.77", "-p", "0", "--json");

        JsonElement[] lines = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["error", "summary"], lines.Select(line => line.GetProperty("event").GetString()));
        Assert.Equal("no_such_address", lines[0].GetProperty("code").GetString());
        Assert.All(lines, line => Assert.Equal(3, line.GetProperty("exit").GetInt32()));
    }

    [Theory]
    [InlineData(1, 130)]
    [InlineData(4, 0)]
    public void A_reader_that_goes_away_ends_the_session_like_Ctrl_C(int lines, int exit)
    {
        string port = FreePort();

        CliResult result = CliResult.Of(new MemorySink(lines), Never, "127.0.0.1", port, "-p", port, "-i", "10ms");

        Assert.Equal(lines, result.Output.Count(c => c == '\n'));
        Assert.Empty(result.Error);
        Assert.Equal(exit, result.Exit);
    }

    [Fact]
    public void An_interrupt_before_a_proof_is_exit_code_130_with_statistics()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        CliResult result = CliResult.Of(new MemorySink(), stop.Token, "127.0.0.1", PortOf(silent), "-p", "0");

        Assert.Equal(130, result.Exit);
        Assert.Empty(result.Error);
        Assert.EndsWith("no two-way path: nothing heard\n", result.Output);
    }

    private static string PortOf(UdpClient client) => ((IPEndPoint)client.Client.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);

    private static string FreePort()
    {
        using var client = new UdpClient(new IPEndPoint(IPAddress.Any, 0));
        return PortOf(client);
    }
}
