using System.Text.Json;
using Punch.Server;
using Punch.Server.Streams;
using Punch.Tests.Serve;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>The whole command against the real server on loopback, over streams.</summary>
public sealed class MeetStreamTests : IDisposable
{
    private readonly PemFiles _files = new();
    private readonly ServerRig _server;

    public MeetStreamTests() => _server = new(new ServerOptions
    {
        Addresses = [ServerRig.Loopback, ServerRig.Loopback with { Streams = StreamKind.Tls }],
        Certificate = (_files.Certificate, _files.Key),
        Limit = null,
    });

    public void Dispose()
    {
        _server.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData("tcp", "tcp", "TCP")]
    [InlineData("tls", "udp", "TLS")]
    [InlineData("wss", "tls", "WebSocket")]
    public void Two_sides_meet_by_the_ways_that_they_insist_on(string a, string b, string name)
    {
        using MeetSide first = Start(Word(a), "-c", "1", "-w", "30");
        using MeetSide second = Start(Word(b), first.Until("Waiting").Code(), "-c", "1", "-w", "30");

        Assert.Equal((0, 0), (second.Result.Exit, first.Result.Exit));
        Assert.Contains($"\nServer reached over {name} to 127.0.0.1:", first.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_for_the_other_side_has_the_pin()
    {
        using MeetSide first = Start(Word("tls"), "-w", "1");
        string line = first.Until("Waiting").Result.Output.Split('\n').First(each => each.StartsWith("On the other side: ", StringComparison.Ordinal));

        Assert.EndsWith($" --via '{Word("tls")}'", line);
    }

    [Fact]
    public void A_wrong_pin_is_one_error_with_exit_code_4()
    {
        string wrong = Word("tls")[..^4] + "0000";

        using MeetSide side = Start(wrong, "0000-1111-2222-3333-4444", "--json");

        JsonElement[] lines = [.. side.Result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(4, side.Result.Exit);
        Assert.Equal(["listening", "error", "summary"], lines.Select(line => line.GetProperty("event").GetString()));
        Assert.Contains("another key than the pin says", lines[1].GetProperty("message").GetString());
        JsonElement way = lines[2].GetProperty("ways")[0];
        Assert.Equal("tls", way.GetProperty("transport").GetString());
        Assert.Contains("another key than the pin says", way.GetProperty("reason").GetString());
    }

    private static MeetSide Start(string via, params string[] arguments) => new(["meet", "--via", via, .. arguments], new MemorySink(), "");

    private string Word(string scheme) => scheme is "tls" or "wss"
        ? $"{scheme}://{_server.Server.EndpointsOf(StreamKind.Tls)[0]}#sha256={_files.Pins.First()}"
        : $"{scheme}://{_server.Endpoint()}";
}
