using System.Net;
using System.Net.Sockets;
using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Lab.Wire;
using Punch.Protocol;
using Punch.Simulation;
using Xunit;

namespace Punch.Lab;

/// <summary>Tests of the lab itself, which must hold before it can test punch.</summary>
public sealed class LabTests
{
    private const int Port = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Briefly = TimeSpan.FromMilliseconds(300);
    private static readonly LinkOptions Link = new() { Delay = TimeSpan.FromMilliseconds(12.5) };
    private static readonly HostAddress A = HostAddress.Parse("203.0.113.1");
    private static readonly HostAddress B = HostAddress.Parse("198.51.100.1");
    private static readonly HostAddress A6 = HostAddress.Parse("2001:db8:a::1");
    private static readonly HostAddress B6 = HostAddress.Parse("2001:db8:b::1");
    private static readonly HostAddress Inside = HostAddress.Parse("192.168.1.10");

    [Theory]
    [InlineData("203.0.113.1", "198.51.100.1")]
    [InlineData("2001:db8:a::1", "2001:db8:b::1")]
    public void A_datagram_and_its_answer_take_the_delay_of_every_link(string a, string b)
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        LabHost client = AddHost(lab, "A", Link, A, A6);
        LabHost server = AddHost(lab, "B", Link, B, B6);
        lab.Start();
        var address = HostAddress.Parse(b);
        using var echo = new UdpEcho(server, address.Family, Port);
        using Socket socket = client.Bind(address.Family);

        var answer = UdpEcho.Ask(socket, new TransportAddress(address, Port), Patience);

        Assert.NotNull(answer);
        Assert.Equal(HostAddress.Parse(a), answer.Value.Seen.Host);
        Assert.InRange(answer.Value.RoundTrip, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void The_source_behind_the_simulated_NAT_is_the_NATs()
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        LabHost client = lab.AddHost(NatPresets.PortPreserving.Attach(lab.Network, "A", A, Link, 1).Host);
        LabHost server = AddHost(lab, "B", Link, B);
        lab.Start();

        Assert.Equal(new TransportAddress(A, 6311), SeenByEcho(client, server));
    }

    [Theory]
    [InlineData("port-preserving", true)]
    [InlineData("symmetric-random", true)]
    [InlineData("udp-blocked", true)]
    [InlineData("only-443", false)]
    [InlineData("only-proxy", false)]
    public async Task TCP_passes_a_simulated_NAT_unless_its_network_drops_it(string kind, bool isPassed)
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        LabHost client = HostKind.All.Single(candidate => candidate.Name == kind).Place(lab, Side.A, Link, 1);
        LabHost server = AddHost(lab, "B", Link, B);
        lab.Start();
        using Socket listener = Stream(server, new IPEndPoint(IPAddress.Any, Port));
        listener.Listen();
        using Socket socket = Stream(client, new IPEndPoint(IPAddress.Any, 6311));
        byte[] sent = new byte[200_000];
        Random.Shared.NextBytes(sent);

        Task connected = socket.ConnectAsync(new IPEndPoint(B.ToIPAddress(), Port));
        await Task.WhenAny(connected, Task.Delay(isPassed ? Patience : Briefly, TestContext.Current.CancellationToken));

        Assert.Equal(isPassed, connected.IsCompletedSuccessfully);
        if (!isPassed) { return; }

        using Socket accepted = listener.Accept();
        accepted.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        Assert.Equal(A.ToIPAddress(), ((IPEndPoint)accepted.RemoteEndPoint!).Address);
        Task<int> sending = socket.SendAsync(sent);
        byte[] received = new byte[sent.Length];
        for (int count = 0; count < received.Length;) { count += accepted.Receive(received.AsSpan(count)); }

        Assert.Equal(sent, received);
        Assert.Equal(sent.Length, await sending);
    }

    [Theory]
    [InlineData("Preserving", true)]
    [InlineData("FullyRandom", false)]
    public void The_source_behind_the_kernels_NAT_is_the_routers(string masquerade, bool keepsPort)
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        var nat = new KernelNat(Enum.Parse<Masquerade>(masquerade), Unsolicited.Drop);
        Node router = lab.Network.AddHost("router", lab.Network.Internet, [A], Link);
        LabHost client = lab.AddHostBehindKernelNat("A", router, nat, Inside);
        LabHost server = AddHost(lab, "B", Link, B);
        lab.Start();

        TransportAddress? seen = SeenByEcho(client, server);

        Assert.Equal(A, seen?.Host);
        Assert.Equal(keepsPort, seen?.Port == 6311);
    }

    [Theory]
    [InlineData("full-cone")]
    [InlineData("carrier")]
    [InlineData("kernel-random-drop")]
    public void A_NAT_that_rebooted_has_forgotten_its_ports(string kind)
    {
        Prerequisites.NeedConntrack();
        using var lab = new LabNetwork(1);
        LabHost client = HostKind.All.Single(candidate => candidate.Name == kind).Place(lab, Side.A, Link, 1);
        LabHost server = AddHost(lab, "B", Link, B);
        lab.Start();
        using var echo = new UdpEcho(server, AddressFamily.InterNetwork, Port);
        using Socket socket = client.Bind(AddressFamily.InterNetwork);
        TransportAddress? Ask() => UdpEcho.Ask(socket, new TransportAddress(B, Port), Patience)?.Seen;

        TransportAddress? seen = Ask();
        TransportAddress? again = Ask();
        lab.RebootNatsOf(client);
        TransportAddress? afterwards = Ask();

        Assert.NotNull(seen);
        Assert.Equal(seen, again);
        Assert.Equal(seen.Value.Host, afterwards?.Host);
        Assert.NotEqual(seen.Value.Port, afterwards?.Port);
    }

    [Fact]
    public void Neighbours_behind_one_NAT_reach_each_other_over_their_switch()
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        Site site = NatPresets.PortPreserving.Attach(lab.Network, "A", A, Link, 1);
        LabHost client = lab.AddHost(site.Host);
        LabHost neighbour = lab.AddHost(lab.Network.AddHost("B", site.Router, [Inside], new LinkOptions()));
        lab.Start();
        using var echo = new UdpEcho(neighbour, AddressFamily.InterNetwork, Port);
        using Socket socket = client.Bind(AddressFamily.InterNetwork, 6311);

        TransportAddress? seen = UdpEcho.Ask(socket, new TransportAddress(Inside, Port), Patience)?.Seen;

        Assert.Equal(new TransportAddress(site.Address, 6311), seen);
    }

    [Fact]
    public void Every_hop_takes_one_from_the_hop_limit()
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        LabHost client = AddHost(lab, "A", Link with { Hops = 2 }, A);
        LabHost server = AddHost(lab, "B", Link with { Hops = 3 }, B);
        lab.Start();
        using var echo = new UdpEcho(server, AddressFamily.InterNetwork, Port);
        using Socket socket = client.Bind(AddressFamily.InterNetwork);

        socket.Ttl = 5;
        var dead = UdpEcho.Ask(socket, new TransportAddress(B, Port), Briefly);
        socket.Ttl = 6;
        var alive = UdpEcho.Ask(socket, new TransportAddress(B, Port), Patience);

        Assert.Null(dead);
        Assert.NotNull(alive);
    }

    [Theory]
    [InlineData("open", "203.0.113.1", 1, "192.0.2.1")]
    [InlineData("open", "203.0.113.1", 9, "192.0.2.9")]
    [InlineData("port-preserving", "192.168.1.2", 1, "192.168.1.254")]
    [InlineData("port-preserving", "192.168.1.2", 2, "192.0.2.2")]
    [InlineData("linux-twice", "192.168.1.2", 2, "100.64.0.254")]
    [InlineData("linux-twice", "192.168.1.2", 3, "192.0.2.3")]
    [InlineData("kernel-drop", "192.168.1.2", 2, "192.0.2.1")]
    public void A_router_reports_an_expired_hop_limit_to_the_sender_and_quotes_its_packet(string kind, string own, short hopLimit, string router)
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        LabHost client = HostKind.All.Single(candidate => candidate.Name == kind).Place(lab, Side.A, Link with { Hops = 4 }, 1);
        _ = AddHost(lab, "B", Link with { Hops = 5 }, B);
        lab.Start();
        using Socket errors = client.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp));
        using Socket socket = client.Bind(AddressFamily.InterNetwork, 6311);
        errors.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        socket.Ttl = hopLimit;

        socket.SendTo("?"u8, new IPEndPoint(B.ToIPAddress(), Port));

        byte[] buffer = new byte[256];
        Assert.Equal(TimeExceeded.Size, errors.Receive(buffer));
        ReadOnlySpan<byte> message = buffer;
        Assert.Equal(HostAddress.Parse(router), HostAddress.FromBytes(message[12..16]));
        Assert.Equal([11, 0], message[20..22].ToArray());
        Assert.Equal(HostAddress.Parse(own), HostAddress.FromBytes(message[40..44]));
        Assert.Equal([6311 >> 8, 6311 & 0xFF, 0, Port], message[48..52].ToArray());
    }

    [Fact]
    public void A_link_that_loses_all_delivers_nothing()
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        LabHost client = AddHost(lab, "A", Link with { Loss = 1 }, A);
        LabHost server = AddHost(lab, "B", Link, B);
        lab.Start();
        using var echo = new UdpEcho(server, AddressFamily.InterNetwork, Port);
        using Socket socket = client.Bind(AddressFamily.InterNetwork);

        Assert.Null(UdpEcho.Ask(socket, new TransportAddress(B, Port), Briefly));
        Assert.Equal(1, lab.Router.Forwarded);
    }

    [Fact]
    public void Some_thousand_datagrams_at_once_arrive_unharmed()
    {
        Prerequisites.NeedLab();
        const int Count = 4000;
        using var lab = new LabNetwork(1);
        LabHost client = AddHost(lab, "A", Link, A);
        LabHost server = AddHost(lab, "B", Link, B);
        lab.Start();
        using Socket receiver = server.Bind(AddressFamily.InterNetwork, Port);
        using Socket sender = client.Bind(AddressFamily.InterNetwork);
        receiver.ReceiveBufferSize = 4 << 20;
        receiver.ReceiveTimeout = (int)Patience.TotalMilliseconds;

        for (int i = 0; i < Count; i++)
        {
            sender.SendTo(BitConverter.GetBytes(i), new IPEndPoint(B.ToIPAddress(), Port));
            // Follow the router, so that no queue of the kernel overflows on a loaded machine.
            SpinWait.SpinUntil(() => lab.Router.Forwarded > i - 64);
        }

        byte[] buffer = new byte[16];
        Assert.All(Enumerable.Range(0, Count), i =>
        {
            Assert.Equal(4, receiver.Receive(buffer));
            Assert.Equal(i, BitConverter.ToInt32(buffer));
        });
    }

    [Fact]
    public void What_is_neither_UDP_nor_TCP_is_counted_and_goes_nowhere()
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        LabHost client = AddHost(lab, "A", Link, A);
        _ = AddHost(lab, "B", Link, B);
        lab.Start();
        using Socket socket = client.Bind(AddressFamily.InterNetwork);

        Assert.Null(UdpEcho.Ask(socket, new TransportAddress(B, Port), Briefly));

        // B refuses with an ICMP message.
        Assert.Equal(1, lab.Router.Ignored);
    }

    [Fact]
    public void A_process_runs_inside_its_host_and_its_lines_and_exit_are_stamped_in_order()
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        LabHost host = AddHost(lab, "A", Link, A);
        Instant before = LabClock.Now;

        using LabProcess process = host.Start(new LabCommand("sh", "-c", "ip -o -4 address show dev lab0; echo oops >&2; exit 3"));

        Assert.True(process.WaitForExit(Patience));
        Assert.Equal(3, process.ExitCode);
        OutputLine line = Assert.Single(process.Output);
        Assert.Contains("203.0.113.1/32", line.Text, StringComparison.Ordinal);
        Assert.Equal("oops", Assert.Single(process.Errors).Text);
        Assert.True(before <= process.StartedAt && process.StartedAt < line.Time && line.Time <= process.ExitedAt!.Value + Patience);
    }

    [Fact]
    public void A_process_that_does_not_end_is_ended_with_the_lab()
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        LabHost host = AddHost(lab, "A", Link, A);
        LabProcess process = host.Start(new LabCommand("sleep", "600"));

        Assert.False(process.WaitForExit(TimeSpan.FromMilliseconds(50)));
        process.Dispose();

        Assert.NotNull(process.ExitedAt);
    }

    private static LabHost AddHost(LabNetwork lab, string name, LinkOptions uplink, params HostAddress[] addresses) =>
        lab.AddHost(lab.Network.AddHost(name, lab.Network.Internet, addresses, uplink));

    private static Socket Stream(LabHost host, IPEndPoint local) => host.Namespace.Run(() =>
    {
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(local);
        return socket;
    });

    private static TransportAddress? SeenByEcho(LabHost client, LabHost server)
    {
        using var echo = new UdpEcho(server, AddressFamily.InterNetwork, Port);
        using Socket socket = client.Bind(AddressFamily.InterNetwork, 6311);
        return UdpEcho.Ask(socket, new TransportAddress(B, Port), Patience)?.Seen;
    }
}
