using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Punch.Lab.Cells;
using Punch.Lab.Meet;
using Punch.Lab.Topology;
using Xunit;

namespace Punch.Lab.Turn;

/// <summary>Two that have no direct path meet by Debian's coturn, which one side has an account on.</summary>
[Trait("group", "turn")]
public sealed class TurnTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] LongTerm = ["--lt-cred-mech", "--user", $"{TurnNetwork.User}:{TurnNetwork.Password}"];

    [Theory]
    [InlineData("turn:user@198.18.0.1:5478?transport=udp")]
    [InlineData("turn:user@198.18.0.1:5478?transport=tcp")]
    [InlineData("turn:user@198.18.0.1:5478")]
    [InlineData("turns:user@198.18.0.1")]
    public void A_pair_without_a_direct_path_meets_by_coturn(string url)
    {
        Prerequisites.NeedTurn();
        using var network = new TurnNetwork();
        network.StartServer();
        network.StartCoturn(LongTerm);

        (LabProcess a, LabProcess b) = Meet(network, url, TurnNetwork.Password);

        AssertRelayed(network, a, b);
    }

    [Fact]
    [SuppressMessage("Security", "CA5350", Justification = "coturn's REST interface is made of HMAC-SHA1")]
    public void A_temporary_password_of_coturns_REST_interface_will_do()
    {
        Prerequisites.NeedTurn();
        const string Secret = "shared";
        using var network = new TurnNetwork();
        network.StartServer();
        network.StartCoturn("--use-auth-secret", "--static-auth-secret", Secret);
        string user = string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 600}:user");
#pragma warning disable CA5350 // coturn's REST interface is HMAC-SHA1.
        string password = Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(user)));
#pragma warning restore CA5350

        (LabProcess a, LabProcess b) = Meet(network, $"turn:{Uri.EscapeDataString(user)}@198.18.0.1:5478", password);

        AssertRelayed(network, a, b);
    }

    [Fact]
    public void A_side_whose_network_drops_UDP_meets_by_coturn_over_TCP()
    {
        Prerequisites.NeedTurn();
        using var network = new TurnNetwork();
        network.DropUdpOfA();
        network.StartServer();
        network.StartCoturn(LongTerm);

        (LabProcess a, LabProcess b) = Meet(network, "turn:user@198.18.0.1:5478", TurnNetwork.Password);

        AssertRelayed(network, a, b);
        Assert.Equal("turn:198.18.0.1:5478", Events(a, "open")[0].GetProperty("relayed_by").GetString());
    }

    [Theory]
    [InlineData("turn:user@198.18.0.1:5478?transport=tcp")]
    [InlineData("turn:user@198.18.0.1:5478")]
    [InlineData("turns:user@198.18.0.1")]
    public void A_side_that_gets_out_by_an_HTTP_proxy_alone_meets_by_coturn(string url)
    {
        Prerequisites.NeedTurn();
        Prerequisites.NeedTinyproxy();
        using var network = new TurnNetwork();
        network.LetAOutByProxyAlone();
        network.StartServer();
        network.StartCoturn(LongTerm);

        (LabProcess a, LabProcess b) = Meet(network, url, TurnNetwork.Password, "-c", "5", "-w", "20", "--proxy", TurnNetwork.Proxy);

        AssertRelayed(network, a, b);
        Assert.Equal($"{TurnNetwork.Server}:{TurnNetwork.ProxyPort}", Events(a, "server")[0].GetProperty("proxy").GetString());
    }

    [Theory]
    [InlineData("turn:user@198.18.0.1:5478?transport=udp", "turns:user@198.18.0.1")]
    [InlineData("turns:user@198.18.0.1", "turn:user@198.18.0.1:5478?transport=tcp")]
    [InlineData("turn:user@198.18.0.1:5478?transport=tcp", "turn:user@198.18.0.1:5478?transport=udp")]
    public void Two_sides_meet_by_coturn_that_each_reaches_in_its_own_way(string urlOfA, string urlOfB)
    {
        Prerequisites.NeedTurn();
        using var network = new TurnNetwork();
        network.StartServer();
        network.StartCoturn(LongTerm);

        (LabProcess a, LabProcess b) = MeetByTwo(network, urlOfA, urlOfB);

        AssertRelayed(network, a, b);
    }

    [Theory]
    [InlineData("turn:user@198.18.0.1:5478?transport=udp")]
    [InlineData("turns:user@198.18.0.1")]
    public void A_side_with_IPv4_alone_reaches_one_with_IPv6_alone_by_coturn(string url)
    {
        Prerequisites.NeedTurn();
        using var network = new TurnNetwork();
        network.MoveBToV6();
        network.StartServer("--listen", TurnNetwork.ServerV6);
        network.StartCoturn([.. LongTerm, "-E", TurnNetwork.ServerV6]);

        string[] options = ["-c", "5", "-w", "20"];
        LabProcess a = network.Start(network.A, Command(network, url, TurnNetwork.Password, options));
        LabProcess b = network.Start(network.B, Command(network, null, TurnNetwork.Password, options, TurnNetwork.ServerV6));

        AssertRelayed(network, a, b);
        Assert.StartsWith($"[{TurnNetwork.HostV6OfB}]:", Events(a, "open")[0].GetProperty("remote").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-v", 1)]
    [InlineData("--relay-only", 4)]
    public void A_wrong_password_is_one_line_and_its_exit_code_says_whether_a_relay_was_asked_for(string option, int expected)
    {
        Prerequisites.NeedTurn();
        using var network = new TurnNetwork();
        network.StartServer();
        network.StartCoturn(LongTerm);

        (LabProcess a, LabProcess b) = Meet(network, "turn:user@198.18.0.1:5478", "wrong", "-w", "8", option);

        a.WaitForExit(Patience);
        b.WaitForExit(Patience);
        Assert.True((a.ExitCode, b.ExitCode) == (expected, 1), network.Transcript());
        Assert.Contains(a.Errors, line => line.Text.Contains("wrong user name or password (error 401)", StringComparison.Ordinal));
        JsonElement failed = Assert.Single(Events(a, "turn"));
        Assert.Equal(("refused", 401), (failed.GetProperty("state").GetString(), failed.GetProperty("status").GetInt32()));
    }

    [Fact]
    public void A_coturn_that_is_killed_and_started_again_relays_again()
    {
        Prerequisites.NeedTurn();
        using var network = new TurnNetwork();
        network.StartServer();
        LabProcess coturn = network.StartCoturn(LongTerm);
        (LabProcess a, LabProcess b) = Meet(network, "turn:user@198.18.0.1:5478", TurnNetwork.Password, "-w", "60");
        Assert.True(a.WaitForLine(line => PunchPeer.EventOf(line) == "open", Patience) is not null, network.Transcript());

        coturn.Kill();
        coturn.WaitForExit(Timeout.InfiniteTimeSpan);
        network.StartCoturn(LongTerm);
        var since = LabClock.Now;

        foreach (LabProcess side in new[] { a, b })
        {
            bool isBack = side.WaitFor(line => line.Time > since && IsAnswer(line.Text), Patience) is not null;
            Assert.True(isBack, network.Transcript());
        }
    }

    private static (LabProcess A, LabProcess B) Meet(TurnNetwork network, string url, string password, params string[] options)
    {
        string[] all = options.Length > 0 ? options : ["-c", "5", "-w", "20"];

        // The other side needs no account, no proxy, and knows nothing of them.
        string[] others = [.. all.TakeWhile(option => option is not ("--proxy" or "--relay-only"))];
        LabProcess a = network.Start(network.A, Command(network, url, password, all));
        LabProcess b = network.Start(network.B, Command(network, null, password, others));
        return (a, b);
    }

    private static (LabProcess A, LabProcess B) MeetByTwo(TurnNetwork network, string urlOfA, string urlOfB)
    {
        string[] options = ["-c", "5", "-w", "20"];
        LabProcess a = network.Start(network.A, Command(network, urlOfA, TurnNetwork.Password, options));
        LabProcess b = network.Start(network.B, Command(network, urlOfB, TurnNetwork.Password, options));
        return (a, b);
    }

    private static LabCommand Command(
        TurnNetwork network, string? url, string password, string[] options, string server = TurnNetwork.Server)
    {
        string[] variables = [$"SSL_CERT_FILE={network.Certificate}", $"PUNCH_TURN_PASSWORD={password}", $"XDG_STATE_HOME={network.NewFolder()}"];
        string[] meet = ["meet", MeetCode.Draw(7), "--via", server, "--json", "-i", "200ms", .. options];
        string[] turn = url is null ? [] : ["--turn", url];
        return new LabCommand("env", [.. variables, Prerequisites.Binary, .. meet, .. turn]);
    }

    private static void AssertRelayed(TurnNetwork network, LabProcess a, LabProcess b)
    {
        a.WaitForExit(Patience);
        b.WaitForExit(Patience);
        Assert.True((a.ExitCode, b.ExitCode) == (0, 0), $"A {a.ExitCode}, B {b.ExitCode}\n{network.Transcript()}");
        foreach (LabProcess side in new[] { a, b })
        {
            bool isRelayed = Events(side, "open")[0].GetProperty("via").GetString() == "relay";
            Assert.True(isRelayed, network.Transcript());
        }
    }

    private static IReadOnlyList<JsonElement> Events(LabProcess process, string name) =>
        [.. process.Output.Where(line => PunchPeer.EventOf(line.Text) == name).Select(line => JsonDocument.Parse(line.Text).RootElement)];

    private static bool IsAnswer(string line) =>
        PunchPeer.EventOf(line) == "received" && JsonDocument.Parse(line).RootElement.TryGetProperty("rtt_ms", out _);
}
