using System.Text.Json;
using Punch.Lab.Cells;
using Punch.Lab.Linux;
using Punch.Lab.Meet;
using Punch.Lab.Topology;
using Punch.Protocol;
using Xunit;

namespace Punch.Lab.Links;

/// <summary>A machine whose network drops UDP, and more than that, meets one beside the server: by real TCP, TLS and proxies.</summary>
[Trait("group", "link")]
public sealed class NoUdpTests : IDisposable
{
    private const string Server = "10.9.0.2";
    private const string NoUdp = "meta l4proto udp drop";
    private const string Only443 = $"{NoUdp}; tcp dport != 443 drop";
    private const string OnlyProxy = $"{NoUdp}; tcp dport != {{ 3128, 3129 }} drop";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("punch-noudp-").FullName;
    private readonly Neighbours _link;

    public NoUdpTests()
    {
        Prerequisites.NeedTinyproxy();
        _link = new Neighbours(["10.9.0.1/24"], [$"{Server}/24"]);
        _ = LabCertificate.Write(_folder, HostAddress.Parse(Server));
        LabProcess server = _link.Start(_link.B, ["serve", "--listen", Server, "--tls", Of("cert.pem"), Of("key.pem")]);
        Assert.True(server.WaitForLine(line => line.StartsWith("SERVE TLS", StringComparison.Ordinal), Patience) is not null, _link.Transcript());
    }

    public void Dispose()
    {
        _link.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(NoUdp, Server, "tcp")]
    [InlineData(Only443, Server, "tls")]
    [InlineData(Only443, $"wss://{Server}", "websocket")]
    [InlineData("accept", $"tcp://{Server}", "tcp")]
    [InlineData("accept", Server, "udp")]
    public void A_side_meets_by_the_first_way_that_its_network_lets_out(string rules, string via, string transport)
    {
        Block(rules);

        (LabProcess a, LabProcess b) = Meet(via, proxy: null);

        AssertMet(a, b, transport);
    }

    [Theory]
    [InlineData("3128", "")]
    [InlineData("3129", "me:secret@")]
    public void A_side_meets_through_a_proxy(string port, string account)
    {
        Block(OnlyProxy);
        StartProxy(port, hasPassword: account.Length > 0);

        (LabProcess a, LabProcess b) = Meet(Server, $"http://{account}{Server}:{port}");

        AssertMet(a, b, "tcp");
        Assert.Equal($"{Server}:{port}", ServerOf(a).GetProperty("proxy").GetString());
    }

    [Fact]
    public void A_proxy_that_asks_for_a_password_is_the_reason_of_a_failure()
    {
        Block(OnlyProxy);
        StartProxy("3129", hasPassword: true);

        (LabProcess a, _) = Meet(Server, $"http://{Server}:3129");
        a.WaitForExit(Patience);

        Assert.True(a.ExitCode == 4, _link.Transcript());
        Assert.Contains(a.Errors, line => line.Text.Contains("asks for a password (HTTP 407)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(NoUdp, "", "tcp://10.9.0.2:3478 ", "tls://10.9.0.2:443 ", "wss://10.9.0.2:443 ")]
    [InlineData(Only443, "", "tls://10.9.0.2:443 ", "wss://10.9.0.2:443 ")]
    [InlineData(OnlyProxy, "3128", "tcp://10.9.0.2:3478 10.9.0.2:3128", "tls://10.9.0.2:443 10.9.0.2:3128", "wss://10.9.0.2:443 10.9.0.2:3128")]
    public void A_network_that_drops_UDP_is_told_which_ways_work(string rules, string proxyPort, params string[] open)
    {
        Block(rules);
        if (proxyPort.Length > 0) { StartProxy(proxyPort, hasPassword: false); }

        string[] variables = [$"SSL_CERT_FILE={Of("cert.pem")}", proxyPort.Length == 0 ? "NO_PROXY=*" : $"HTTPS_PROXY=http://{Server}:{proxyPort}"];
        LabProcess nat = _link.Start(_link.A, new LabCommand("env", [.. variables, Prerequisites.Binary, "nat", "--server", Server, "--json"]));
        nat.WaitForExit(Patience * 2);

        // The rules are those of the machine's own firewall, and its kernel says so.
        Assert.True(nat.ExitCode == 3, _link.Transcript());
        string last = nat.Output.Select(line => line.Text).Last(line => PunchPeer.EventOf(line) == "report");
        IEnumerable<string> working = JsonDocument.Parse(last).RootElement.GetProperty("ways").EnumerateArray()
            .Where(way => way.GetProperty("reason").ValueKind == JsonValueKind.Null)
            .Select(way => $"{way.GetProperty("url").GetString()} {way.GetProperty("proxy").GetString()}");
        Assert.Equal(open, working);
    }

    private void Block(string rules) => _link.A.Namespace.Run(() => Tool.Run(
        "nft", ["-f", "-"], $"table inet blocked {{\nchain out {{\ntype filter hook output priority 0\noif lo accept\n{rules}\n}}\n}}\n"));

    private void StartProxy(string port, bool hasPassword)
    {
        string account = hasPassword ? "BasicAuth me secret\n" : "";
        string settings = $"Port {port}\nListen {Server}\nTimeout 60\nMaxClients 20\nConnectPort 443\nConnectPort 3478\n{account}";
        File.WriteAllText(Of("proxy.conf"), settings);
        _link.Start(_link.B, new LabCommand("tinyproxy", "-d", "-c", Of("proxy.conf")));
    }

    // Its own side of the link is the peer's: it reaches the server over UDP.
    private (LabProcess A, LabProcess B) Meet(string via, string? proxy)
    {
        string code = MeetCode.Draw(11);
        string[] variables = [$"SSL_CERT_FILE={Of("cert.pem")}", $"XDG_STATE_HOME={_folder}", .. proxy is null ? (string[])[] : [$"HTTPS_PROXY={proxy}"]];
        LabProcess b = _link.Start(_link.B, ["meet", code, "--via", Server, "-c", "3", "-w", "30", "--json"]);
        LabProcess a = _link.Start(
            _link.A, new LabCommand("env", [.. variables, Prerequisites.Binary, "meet", code, "--via", via, "-c", "3", "-w", "30", "--json"]));
        return (a, b);
    }

    private void AssertMet(LabProcess a, LabProcess b, string transport)
    {
        a.WaitForExit(Patience * 2);
        b.WaitForExit(Patience);
        Assert.True((a.ExitCode, b.ExitCode) == (0, 0), $"A {a.ExitCode}, B {b.ExitCode}\n{_link.Transcript()}");
        Assert.Equal(transport, ServerOf(a).GetProperty("transport").GetString());
    }

    private static JsonElement ServerOf(LabProcess process) =>
        JsonDocument.Parse(process.Output.Select(line => line.Text).First(line => PunchPeer.EventOf(line) == "server")).RootElement;

    private string Of(string file) => Path.Combine(_folder, file);
}
