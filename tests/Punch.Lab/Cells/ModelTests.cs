using System.Net.Sockets;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;
using Xunit;

namespace Punch.Lab.Cells;

/// <summary>Compares the simulated NAT with the kernel's NAT: each claim is tried on both.</summary>
public sealed class ModelTests
{
    private const ushort EchoPort = 7;
    private const ushort PunchPort = 6311;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly LinkOptions Link = new() { Delay = TimeSpan.FromMilliseconds(5) };

    [Theory]
    [InlineData("kernel-accept")]
    [InlineData("linux")]
    public void A_packet_that_comes_before_the_first_own_one_costs_the_port_where_it_is_accepted(string kind)
    {
        Prerequisites.NeedLab();

        TransportAddress? seen = SeenAfterEarlyPacket(kind);

        Assert.Equal(Side.A.V4, seen?.Host);
        Assert.NotEqual(PunchPort, seen?.Port);
    }

    [Theory]
    [InlineData("kernel-drop")]
    [InlineData("port-preserving")]
    public void A_packet_that_comes_before_the_first_own_one_costs_nothing_where_it_is_dropped(string kind)
    {
        Prerequisites.NeedLab();

        Assert.Equal(new TransportAddress(Side.A.V4, PunchPort), SeenAfterEarlyPacket(kind));
    }

    [Theory]
    [InlineData("kernel-accept")]
    [InlineData("linux")]
    public void Later_destinations_see_the_port_of_a_moved_flow(string kind)
    {
        Prerequisites.NeedLab();

        (TransportAddress? seen, TransportAddress? next) = SeenByTwoAfterEarlyPacket(kind);

        Assert.NotNull(seen);
        Assert.NotEqual(PunchPort, seen.Value.Port);
        Assert.Equal(seen, next);
    }

    [Theory]
    [InlineData("kernel-drop", true)]
    [InlineData("kernel-accept", true)]
    [InlineData("linux", true)]
    [InlineData("port-preserving", true)]
    [InlineData("kernel-random-drop", false)]
    [InlineData("symmetric-random", false)]
    public void Two_destinations_see_the_same_port_only_where_ports_are_preserved(string kind, bool sameExpected)
    {
        Prerequisites.NeedLab();
        using var lab = new LabNetwork(1);
        (LabHost client, LabHost server) = Build(lab, kind);
        using var first = new UdpEcho(server, AddressFamily.InterNetwork, EchoPort);
        using var second = new UdpEcho(server, AddressFamily.InterNetwork, EchoPort + 1);
        using Socket socket = client.Bind(AddressFamily.InterNetwork, PunchPort);

        ushort? port = UdpEcho.Ask(socket, new TransportAddress(Side.B.V4, EchoPort), Patience)?.Seen.Port;
        ushort? other = UdpEcho.Ask(socket, new TransportAddress(Side.B.V4, EchoPort + 1), Patience)?.Seen.Port;

        Assert.NotNull(port);
        Assert.NotNull(other);
        Assert.Equal(sameExpected, port == other);
    }

    /// <summary>Pairs that meet only in clock slots, with a deadline that is long enough, and a pair that cannot meet.</summary>
    [Theory]
    [InlineData("kernel-accept x port-preserving", "linux x port-preserving", StartOrder.AFirst, 30)]
    [InlineData("kernel-accept x port-preserving", "linux x port-preserving", StartOrder.BFirst, 30)]
    [InlineData("kernel-random-drop x port-preserving", "symmetric-random x port-preserving", StartOrder.Together, 6)]
    public void Punch_comes_to_the_same_verdict_on_the_kernels_NAT_and_on_its_model(string kernel, string model, StartOrder order, int deadline)
    {
        Prerequisites.NeedPunch();
        Func<HostAddress, LabCommand> command = PunchPeer.OnceWithin(TimeSpan.FromSeconds(deadline));

        using var kernelRun = CellRun.Start(Cell.Named(kernel), new CellOptions { Gap = order.Gap() }, command, command);
        using var modelRun = CellRun.Start(Cell.Named(model), new CellOptions { Gap = order.Gap() }, command, command);

        Assert.True(kernelRun.WaitForExits(Patience * 8), kernelRun.Transcript());
        Assert.True(modelRun.WaitForExits(Patience * 8), modelRun.Transcript());
        bool isSame = (kernelRun.A.ExitCode, kernelRun.B.ExitCode) == (modelRun.A.ExitCode, modelRun.B.ExitCode);
        Assert.True(isSame, kernelRun.Transcript() + modelRun.Transcript());
    }

    private static (LabHost Client, LabHost Server) Build(LabNetwork lab, string kind)
    {
        LabHost client = HostKind.All.Single(candidate => candidate.Name == kind).Place(lab, Side.A, Link, 1);
        LabHost server = HostKind.Open.Place(lab, Side.B, Link, 1);
        lab.Start();
        return (client, server);
    }

    private static TransportAddress? SeenAfterEarlyPacket(string kind) => SeenByTwoAfterEarlyPacket(kind).First;

    private static (TransportAddress? First, TransportAddress? Second) SeenByTwoAfterEarlyPacket(string kind)
    {
        using var lab = new LabNetwork(1);
        int dropped = 0;
        lab.Network.Observer = step =>
        {
            if (step.Kind == StepKind.Dropped) { Interlocked.Increment(ref dropped); }
        };
        (LabHost client, LabHost server) = Build(lab, kind);
        using var echo = new UdpEcho(server, AddressFamily.InterNetwork, EchoPort);
        using var other = new UdpEcho(server, AddressFamily.InterNetwork, EchoPort + 1);
        using Socket socket = client.Bind(AddressFamily.InterNetwork, PunchPort);
        echo.SendUnasked(new TransportAddress(Side.A.V4, PunchPort));
        // The simulated router drops it, or the kernel has taken it in. Only then the client sends.
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref dropped) > 0 || lab.Router.Delivered > 0, Patience));

        TransportAddress? first = UdpEcho.Ask(socket, new TransportAddress(Side.B.V4, EchoPort), Patience)?.Seen;
        return (first, UdpEcho.Ask(socket, new TransportAddress(Side.B.V4, EchoPort + 1), Patience)?.Seen);
    }
}
