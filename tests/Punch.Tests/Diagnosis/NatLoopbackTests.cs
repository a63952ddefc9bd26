using System.Text.Json;
using Punch.Net;
using Punch.Net.Loop;
using Punch.Net.Sockets;
using Punch.Serving;
using Punch.Tests.Cli;
using Punch.Tests.Serving;
using Xunit;

namespace Punch.Tests.Diagnosis;

/// <summary>The whole command against a server on loopback, in this process.</summary>
public sealed class NatLoopbackTests
{
    [Fact]
    public void An_open_host_is_recognised_and_the_requirement_holds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux answers on all of 127.0.0.0/8");
        using var server = new LoopbackServer("127.0.0.1", "127.0.0.2");

        CliResult result = CliResult.Of("nat", "--server", server.Address, "--require", "open", "--json", "--hairpin");

        JsonElement report = Last(result);
        Assert.Equal(0, result.Exit);
        Assert.Equal("none", report.GetProperty("mapping").GetString());
        Assert.Equal("none", report.GetProperty("filtering").GetString());
        Assert.Equal("open", report.GetProperty("udp").GetString());
        Assert.Equal("yes", report.GetProperty("require")[0].GetProperty("met").GetString());
        Assert.Equal(report.GetProperty("local").GetString(), report.GetProperty("public")[0].GetString());
        Assert.Equal(["asking", "server", "testing", "report"], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Event));
    }

    [Fact]
    public void A_server_with_one_address_leaves_the_filter_open_which_changes_no_verdict_here()
    {
        using var server = new LoopbackServer("127.0.0.1");

        CliResult json = CliResult.Of("nat", "--server", server.Address, "--json");
        CliResult unmet = CliResult.Of("nat", "--server", server.Address, "--require", "open", "-q");

        Assert.Equal(["none", "adf"], Last(json).GetProperty("filtering").EnumerateArray().Select(each => each.GetString()));
        Assert.Equal(0, json.Exit);
        Assert.Equal(1, unmet.Exit);
        Assert.Contains("require open       cannot be told", unmet.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absent_server_gives_exit_code_4_and_an_explanation()
    {
        CliResult result = CliResult.Of("nat", "--server", $"127.0.0.1:{ClosedPort()}", "-w", "300ms", "--json");

        Assert.Equal(4, result.Exit);
        Assert.Equal("blocked", Last(result).GetProperty("udp").GetString());
        Assert.StartsWith("punch: error: no answer from 127.0.0.1:", result.Error);
        Assert.Equal(["asking", "error", "report"], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Event));
    }

    [Fact]
    public void An_interrupt_ends_it_with_130()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        CliResult result = CliResult.Of(new MemorySink(), stop.Token, "nat", "--server", $"127.0.0.1:{ClosedPort()}");

        Assert.Equal(130, result.Exit);
    }

    private static JsonElement Last(CliResult result) =>
        JsonDocument.Parse(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;

    private static string? Event(string line) => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString();

    private static ushort ClosedPort()
    {
        using UdpSocket socket = UdpSocket.Bind(TransportAddress.Parse("127.0.0.1:0"));
        return socket.Local.Port;
    }

    /// <summary>A STUN server with two ports on each of its addresses.</summary>
    private sealed class LoopbackServer : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<UdpSocket> _sockets = [];
        private readonly Thread _thread;

        public LoopbackServer(params string[] hosts)
        {
            ushort[] ports = [BindAll(hosts), BindAll(hosts)];
            TransportAddress[] places = [.. hosts.SelectMany(host => ports.Select(port => new TransportAddress(HostAddress.Parse(host), port)))];
            Address = places[0].ToString();
            _thread = new Thread(() =>
            {
                using var loop = new ProtocolLoop<ServerEvent>(Servers.Stun(places), _sockets, new MonotonicClock(), new Silent());
                loop.Run(_stop.Token);
            });
            _thread.Start();
        }

        public string Address { get; }

        public void Dispose()
        {
            _stop.Cancel();
            _thread.Join();
            foreach (UdpSocket socket in _sockets) { socket.Dispose(); }

            _stop.Dispose();
        }

        // The same port on every address. Another program may have it on one of them.
        private ushort BindAll(string[] hosts)
        {
            while (true)
            {
                List<UdpSocket> bound = [UdpSocket.Bind(new TransportAddress(HostAddress.Parse(hosts[0]), 0))];
                try
                {
                    bound.AddRange(hosts.Skip(1).Select(host => UdpSocket.Bind(new TransportAddress(HostAddress.Parse(host), bound[0].Local.Port))));
                    _sockets.AddRange(bound);
                    return bound[0].Local.Port;
                }
                catch (LocalNetworkException e) when (e.Error == LocalNetworkError.PortTaken)
                {
                    bound[0].Dispose();
                }
            }
        }

        private sealed class Silent : ILoopHandler<ServerEvent>
        {
            public void OnStarted()
            {
            }

            public void OnEvent(in ServerEvent e)
            {
            }

            public void OnReceiveFailed(TransportAddress local, System.Net.Sockets.SocketError error)
            {
            }

            public void OnSendFailed(TransportAddress from, TransportAddress to, System.Net.Sockets.SocketError error)
            {
            }

            public void OnRefused(in IcmpReport report)
            {
            }
        }
    }
}
