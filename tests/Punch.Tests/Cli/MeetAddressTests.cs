using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>The whole command without a server, in this process, on loopback.</summary>
public sealed class MeetAddressTests
{
    private const string Code = "0000-1111-2222-3333-4444";

    private readonly string _a = FreePort();
    private readonly string _b = FreePort();

    [Fact]
    public void Two_that_name_each_other_meet()
    {
        using MeetSide first = Start(Code, "--at", $"127.0.0.1:{_b}", "-p", _a, "-c", "2", "-w", "30");
        using MeetSide second = Start(Code, "--at", $"127.0.0.1:{_a}", "-p", _b, "-c", "2", "-w", "30");

        Assert.Equal((0, 0), (first.Result.Exit, second.Result.Exit));
        Assert.Empty(first.Result.Error + second.Result.Error);
        Assert.StartsWith($"MEET 127.0.0.1 (127.0.0.1:{_b}) from port {_a}\nWaiting for the other side\n", first.Result.Output);
        Assert.All([first, second], side => Assert.Matches("\nPath open after [^\n]* on this machine\n", side.Result.Output));
        Assert.All([first, second], side => Assert.Matches("\nResponse from [^ \n]+ is [^\n]* seq=[0-9]+ rtt=", side.Result.Output));
    }

    [Fact]
    public void One_listens_and_makes_the_code_and_the_other_names_it()
    {
        using MeetSide first = Start("--listen", "-p", _a, "-c", "1", "-w", "30");
        string code = first.Until("Waiting").Code();
        using MeetSide second = Start(code, "--at", $"localhost:{_a}", "-p", "0", "-c", "1", "-w", "30");

        Assert.Equal((0, 0), (first.Result.Exit, second.Result.Exit));
        Assert.StartsWith($"MEET anybody with the code, at port {_a}\nOn the other side: punch meet {code} --at ", first.Result.Output);
        Assert.DoesNotContain("NAT moved", first.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_of_a_side_that_names_is_pasted_on_the_other_one()
    {
        using MeetSide first = Start("--at", $"127.0.0.1:{_b}", "-p", _a, "-c", "1", "-w", "30");
        string line = first.Until("Waiting").Line();
        using MeetSide second = Start(line, "-c", "1", "-w", "30");

        Assert.Equal($"punch meet {first.Code()} --listen -p {_b}", line);
        Assert.Equal((0, 0), (first.Result.Exit, second.Result.Exit));
    }

    [Fact]
    public void A_pipe_carries_all_that_both_read()
    {
        string input = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n"));
        using MeetSide first = Pipe(input, "--listen", "-p", _a);
        using MeetSide second = Pipe("a word back\n", "--at", $"127.0.0.1:{_a}", "-p", "0");

        Assert.Equal((0, 0), (first.Result.Exit, second.Result.Exit));
        Assert.Equal(input, second.Result.Output);
        Assert.Equal("a word back\n", first.Result.Output);
    }

    [Fact]
    public void A_pipe_of_datagrams_goes_as_well()
    {
        using MeetSide first = Pipe("one\ntwo\n", "--datagrams", "--listen", "-p", _a);
        using MeetSide second = Pipe("three\n", "--datagrams", "--at", $"127.0.0.1:{_a}", "-p", "0");

        Assert.Equal((0, 0), (first.Result.Exit, second.Result.Exit));
        Assert.Equal(("three\n", "one\ntwo\n"), (first.Result.Output, second.Result.Output));
    }

    [Fact]
    public async Task A_connection_is_forwarded()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        string target = server.LocalEndpoint.ToString()!;
        Task echo = Task.Run(() =>
        {
            using TcpClient client = server.AcceptTcpClient();
            client.GetStream().CopyTo(client.GetStream());
            client.Client.Shutdown(SocketShutdown.Send);
        });
        using MeetSide first = Start(Code, "--listen", "-p", _a, "--allow", target);
        using MeetSide second = new(["meet", Code, "-w", "30", "--at", $"127.0.0.1:{_a}", "-p", "0", "-W", target], new MemorySink(), "over there\n");

        Assert.Equal((0, "over there\n"), (second.Result.Exit, second.Result.Output));
        await echo.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(0, first.Interrupt().Exit);
    }

    [Fact]
    public void Datagrams_are_reported_at_the_end_and_on_the_way()
    {
        string input = string.Concat(Enumerable.Range(0, 300).Select(i => $"line {i}\n"));
        using MeetSide first = Pipe(input, "--datagrams", "--listen", "-p", _a, "--json", "--report", "0.01");
        using MeetSide second = Pipe("", "--datagrams", "--at", $"127.0.0.1:{_a}", "-p", "0");

        Assert.Equal((0, 0), (first.Result.Exit, second.Result.Exit));
        JsonElement[] reports = [.. first.Result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("event").GetString() == "report")];
        Assert.True(reports[^1].GetProperty("total").GetBoolean());
        Assert.Equal(300, reports[^1].GetProperty("out").GetProperty("sent").GetInt32());
        Assert.Matches(@"\n\[ in\]  [0-9.]+-[0-9.]+ sec  [0-9.]+ kB  [0-9.]+ .?bit/s  [0-9.]+ ms  0/300 \(0%\)", second.Result.Error);
    }

    [Fact]
    public void A_command_gets_the_path()
    {
        using MeetSide first = Start(Code, "--listen", "-p", _a, "-w", "30", "--", "sh");
        using MeetSide second = Start(Code, "--at", $"127.0.0.1:{_a}", "-p", _b, "-w", "30", "--", "sh");

        Assert.Equal((42, 42), (first.Result.Exit, second.Result.Exit));
        Assert.Equal((_a, _b), (first.Launched!["PUNCH_LOCAL_PORT"], first.Launched["PUNCH_REMOTE_PORT"]));
    }

    [Fact]
    public void Nobody_comes_before_the_deadline()
    {
        using MeetSide first = Start(Code, "--at", $"127.0.0.1:{_b}", "-p", _a, "-w", "0.5");
        using MeetSide second = Start(Code, "--listen", "-p", "0", "-w", "0.2", "--json");

        Assert.Equal((1, 1), (first.Result.Exit, second.Result.Exit));
        Assert.Matches("^punch: error: nobody with this code at 127.0.0.1 within 500 ms\n", first.Result.Error);
        Assert.Matches("\npunch: hint: on the other side run punch meet with the same code, on port [0-9]+ ", first.Result.Error);
        JsonElement[] lines = [.. second.Result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["listening", "waiting", "error", "summary"], lines.Select(line => line.GetProperty("event").GetString()));
        Assert.False(lines[0].TryGetProperty("server", out _));
        Assert.Equal(0, lines[0].GetProperty("remote").GetArrayLength());
        Assert.Equal("nobody-came", lines[3].GetProperty("outcome").GetString());
    }

    private static MeetSide Start(params string[] arguments) => new(["meet", .. arguments], new MemorySink(), "");

    private static MeetSide Pipe(string input, params string[] arguments) =>
        new(["meet", Code, "--pipe", "-w", "30", .. arguments], new MemorySink(), input);

    private static string FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        return $"{((IPEndPoint)socket.LocalEndPoint!).Port}";
    }
}
