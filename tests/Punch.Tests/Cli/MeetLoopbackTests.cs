using System.Text;
using System.Text.Json;
using Punch.Cli.Commands.Meet;
using Punch.Cli.Options;
using Punch.Cli.Pipe;
using Punch.Cli.Presenting;
using Punch.Cli.Session;
using Punch.Tests.Net;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>The whole command against the real server on loopback, in this process.</summary>
public sealed class MeetLoopbackTests
{
    private const string Code = "0000-1111-2222-3333-4444";

    [Fact]
    public void The_side_that_makes_the_code_waits_and_the_other_finds_it()
    {
        using var rig = new MeetRig();
        using MeetSide first = rig.Start("-c", "2", "-w", "30");
        using MeetSide second = rig.Start(first.Until("Waiting").Code(), "-c", "2", "-w", "30");

        Assert.Equal(0, second.Result.Exit);
        Assert.Equal(0, first.Result.Exit);
        Assert.Empty(first.Result.Error + second.Result.Error);
        Assert.All([first, second], side => Assert.Matches("\nPath open after [^\n]* on this machine\n", side.Result.Output));
        Assert.All([first, second], side => Assert.Matches("\nResponse from [^ \n]+ is [^\n]* seq=[0-9]+ rtt=", side.Result.Output));
        Assert.All([first, second], side => Assert.Contains("\n--- punch meet statistics ---\n", side.Result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("On the other side", second.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_that_start_together_meet_as_well()
    {
        using var rig = new MeetRig();
        using MeetSide first = rig.Start(Code, "-c", "1", "-w", "30");
        using MeetSide second = rig.Start(Code, "-c", "1", "-w", "30");

        Assert.Equal([0, 0], [first.Result.Exit, second.Result.Exit]);
    }

    [Fact]
    public void With_the_password_of_the_server_two_meet_and_without_it_nobody()
    {
        Assert.True(ServerPassword.TryDerive("correct horse", out ServerPassword? password));
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "correct horse\n");
        using var rig = new MeetRig(password);
        using MeetSide first = rig.Start(Code, "-c", "1", "-w", "30", "--server-password-file", file);
        using MeetSide second = rig.Start(Code, "-c", "1", "-w", "30", "--server-password-file", file);
        Assert.Equal([0, 0], [first.Result.Exit, second.Result.Exit]);

        using MeetSide third = rig.Start(Code, "-w", "30");
        Assert.Equal(4, third.Result.Exit);
        Assert.Matches("^punch: error: [^\n]+ refuses: it is for those who know its password\npunch: hint: [^\n]*PUNCH_SERVER_PASSWORD[^\n]*\n$", third.Result.Error);

        File.WriteAllText(file, "another one");
        using MeetSide fourth = rig.Start(Code, "-w", "30", "--json", "--server-password-file", file);
        Assert.Equal(4, fourth.Result.Exit);
        Assert.Contains("is another one", fourth.Result.Output);
        Assert.DoesNotContain("correct horse", first.Result.Output + second.Result.Output + fourth.Result.Output);
        File.Delete(file);
    }

    [Fact]
    public void JSON_reports_each_step()
    {
        using var rig = new MeetRig();
        using MeetSide first = rig.Start("--json", "-c", "1", "-w", "30");
        first.Until("\"waiting\"");
        using MeetSide second = rig.Start(Code, "--json", "-w", "2s");

        JsonElement[] waiting = Events(second.Result);
        Assert.Equal(1, second.Result.Exit);
        Assert.Equal(["listening", "server", "waiting", "error", "summary"], waiting.Select(Name));
        Assert.Equal("nobody_came", waiting[3].GetProperty("code").GetString());
        Assert.Equal("nobody-came", waiting[4].GetProperty("outcome").GetString());

        JsonElement[] cut = Events(first.Interrupt());
        Assert.Equal(130, first.Result.Exit);
        Assert.Equal(["listening", "code", "server", "waiting", "summary"], cut.Select(Name));
        Assert.Equal(cut[2].GetProperty("mapped").GetString(), cut[4].GetProperty("mapped").GetString());
        Assert.EndsWith($" --via {rig.Address}", cut[1].GetProperty("command").GetString());
    }

    [Fact]
    public async Task A_code_never_reaches_the_log_and_stdout_in_one_place_alone()
    {
        using var rig = new MeetRig();
        var events = new List<Serilog.Events.LogEvent>();
        var output = new MemorySink();
        var error = new MemorySink();
        using Serilog.Core.Logger log = new Serilog.LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new Recorder(events)).CreateLogger();
        using var stop = new CancellationTokenSource();
        var context = new CommandContext(output, error, stop);
        PeerOptions options = Assert.IsType<Request<PeerOptions>.Perform>(
            MeetTable.Parse(["--via", rig.Address, "-c", "1", "-w", "30", "-vvv", "--json"], new EnvironmentDefaults())).Options;
        var approach = new MeetingApproach(options, (PeerTarget.Meeting)options.Target);
        Task<int> maker = Task.Factory.StartNew(
            () => (int)new SessionRunner(options, approach, context, new JsonSessionPresenter(output, context.Errors, isQuiet: false), log).Run().Exit,
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        MeetRig.Until(() => output.Text.Contains("\"waiting\"", StringComparison.Ordinal), () => output.Text + error.Text);
        string code = Events(output).Single(e => Name(e) == "code").GetProperty("code").GetString()!;
        using MeetSide joiner = rig.Start(code, "-c", "1", "-w", "30", "--json", "-v");

        Assert.Equal(0, joiner.Result.Exit);
        Assert.Equal(0, await maker);
        string[] secrets = [code, code.Replace("-", "", StringComparison.Ordinal), .. code.Split('-').Select(group => $"-{group}-")];
        Assert.NotEmpty(events);
        string told = string.Concat(events.Select(e => e.RenderMessage() + string.Concat(e.Properties.Values)));
        string others = string.Concat(output.Lines.Where(line => !line.Contains("\"event\":\"code\"", StringComparison.Ordinal)));
        Assert.All(secrets, secret =>
        {
            Assert.DoesNotContain(secret, told, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, others + error.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, joiner.Result.Output + joiner.Result.Error, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public void Lines_of_standard_input_arrive_at_the_other_side_and_events_go_to_standard_error()
    {
        using var rig = new MeetRig();
        using MeetSide first = rig.Pipe("to second\n", Code);
        using MeetSide second = rig.Pipe("to first\nand more\n", Code);

        Assert.Equal([0, 0], [first.Result.Exit, second.Result.Exit]);
        Assert.Equal("to first\nand more\n", first.Result.Output);
        Assert.Equal("to second\n", second.Result.Output);
        Assert.All([first, second], side => Assert.Contains("Path open after ", side.Result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void A_command_gets_the_path()
    {
        using var rig = new MeetRig();
        using MeetSide first = rig.HandOver(Code);
        using MeetSide second = rig.HandOver(Code);

        Assert.Equal([42, 42], [first.Result.Exit, second.Result.Exit]);
        Assert.Equal(first.Launched!["PUNCH_LOCAL_PORT"], second.Launched!["PUNCH_REMOTE_PORT"]);
        Assert.Equal(second.Launched["PUNCH_LOCAL_PORT"], first.Launched["PUNCH_REMOTE_PORT"]);
        Assert.True(HostAddress.TryParse(first.Launched["PUNCH_REMOTE_HOST"], out _));
    }

    [Fact]
    public void A_third_party_is_refused_and_changes_nothing_for_the_two()
    {
        using var rig = new MeetRig();
        using MeetSide first = rig.Start(Code, "-i", "20ms");
        using MeetSide second = rig.Start(Code, "-i", "20ms");
        first.Until("Path open");
        second.Until("Path open");
        using MeetSide third = rig.Start(Code, "-w", "30");

        Assert.Equal(4, third.Result.Exit);
        Assert.StartsWith($"punch: error: {rig.Address} refuses: two others are meeting with this code already\npunch: hint: ", third.Result.Error);
        Assert.Equal([0, 0], [first.Interrupt().Exit, second.Interrupt().Exit]);
        Assert.DoesNotContain("turned away", first.Result.Output + second.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absent_peer_gives_exit_code_1_and_an_explanation()
    {
        using var rig = new MeetRig();
        using MeetSide alone = rig.Start(Code, "-w", "2s");

        Assert.Equal(1, alone.Result.Exit);
        Assert.Matches("^punch: error: nobody came within 2 s\npunch: the server answers and sees this side at [^\n]*\npunch: hint: [^\n]* --via [^\n]*\n$", alone.Result.Error);
    }

    [Fact]
    public void Another_code_is_another_room()
    {
        using var rig = new MeetRig();
        using MeetSide first = rig.Start(Code, "-w", "2s");
        using MeetSide second = rig.Start("0000-1111-2222-3333-4445", "-w", "2s");

        Assert.Equal([1, 1], [first.Result.Exit, second.Result.Exit]);
        Assert.Contains("nobody came", first.Result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dead_server_gives_exit_code_4_and_an_explanation()
    {
        using var closed = new ClosedPort(TransportAddress.Parse("127.0.0.1:0"));

        CliResult result = CliResult.Of("meet", Code, "--via", closed.Address.ToString(), "-w", "300ms");

        Assert.Equal(4, result.Exit);
        Assert.StartsWith($"punch: error: no answer from {closed.Address} after ", result.Error);
        Assert.Contains("\npunch: hint: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupt_before_the_peer_came_gives_exit_code_130_and_statistics()
    {
        using var rig = new MeetRig();
        using MeetSide alone = rig.Start(Code);

        CliResult result = alone.Until("Waiting").Interrupt();

        Assert.Equal(130, result.Exit);
        Assert.Empty(result.Error);
        Assert.EndsWith("no two-way path: nothing heard\n", result.Output);
    }

    [Fact]
    public void An_interrupt_of_an_open_path_is_exit_0_and_the_other_side_hears_of_it()
    {
        using var rig = new MeetRig();
        using MeetSide first = rig.Start(Code, "-i", "20ms");
        using MeetSide second = rig.Start(Code, "-i", "20ms");
        second.Until("Path open");

        CliResult left = first.Until("Path open").Interrupt();

        Assert.Equal(0, left.Exit);
        Assert.Contains("the peer left", second.Until("Path closed").Interrupt().Output, StringComparison.Ordinal);
        Assert.Equal(0, second.Result.Exit);
    }

    [Fact]
    public void A_reader_that_goes_away_ends_the_meeting_like_Ctrl_C()
    {
        using var rig = new MeetRig();
        using MeetSide alone = rig.Start(new MemorySink(maxLines: 1), Code);

        Assert.Equal(130, alone.Result.Exit);
        Assert.Single(alone.Result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(3, "127.0.0.1", "-B", "192.0.2.77")]
    [InlineData(2, "224.0.0.1")]
    [InlineData(2, "0.0.0.0")]
    [InlineData(2, "fe80::1")]
    public void A_command_that_cannot_begin_reports_it_before_any_output(int exit, string server, params string[] arguments)
    {
        CliResult result = CliResult.Of(["meet", Code, "--via", server, .. arguments]);

        Assert.Equal(exit, result.Exit);
        Assert.Empty(result.Output);
        Assert.Matches("^punch: error: [^\n]+\n(punch: hint: [^\n]+\n)?$", result.Error);
    }

    [Fact]
    public void Both_families_have_one_port()
    {
        using var rig = new MeetRig();
        using MeetSide alone = rig.Start(Code, "-w", "2s", "--json");

        string?[] locals = [.. Events(alone.Result)[0].GetProperty("local").EnumerateArray().Select(local => local.GetString())];

        Assert.Single(locals.Select(local => local!.Split(':')[^1]).Distinct());
    }

    [Theory]
    [InlineData("7k3m\nrest", "7k3m")]
    [InlineData("7k3m", "7k3m")]
    [InlineData("\nrest", "")]
    [InlineData("", null)]
    public void A_line_of_standard_input_is_taken_and_not_a_byte_more(string input, string? line)
    {
        var source = new ByteSource(Encoding.UTF8.GetBytes(input));

        Assert.Equal(line, InputLine.Read(source));
        Assert.Equal(Math.Min(input.Length, (line?.Length ?? 0) + 1), source.Taken);
    }

    private static JsonElement[] Events(CliResult result) => [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static JsonElement[] Events(MemorySink output) => [.. output.Lines.Select(line => JsonDocument.Parse(line).RootElement)];

    private static string? Name(JsonElement e) => e.GetProperty("event").GetString();

    private sealed class Recorder(List<Serilog.Events.LogEvent> events) : Serilog.Core.ILogEventSink
    {
        public void Emit(Serilog.Events.LogEvent logEvent) => events.Add(logEvent);
    }
}
