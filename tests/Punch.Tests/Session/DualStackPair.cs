using Punch.Simulation;
using Punch.Simulation.Scenarios;

namespace Punch.Tests.Session;

/// <summary>
/// Two hosts with IPv4 and IPv6 that know both addresses of each other. The seed decides the difference in delay of the families.
/// </summary>
internal sealed class DualStackPair
{
    private static readonly TransportAddress LocalV6 = new(HostAddress.AnyV6, PairScenario.Port);

    public DualStackPair(ulong seed)
    {
        Simulator = new Simulator(seed);
        var link = new LinkOptions { Delay = TimeSpan.FromMilliseconds(12), Jitter = TimeSpan.FromMilliseconds(8) };
        MachineA = Start("a", "2001:db8::a", "198.51.100.1", "2001:db8::b", "198.51.100.2", link, seed);
        MachineB = Start("b", "2001:db8::b", "198.51.100.2", "2001:db8::a", "198.51.100.1", link, seed + 1000);
    }

    public Simulator Simulator { get; }

    public SimulatedMachine<SessionEvent> MachineA { get; }

    public SimulatedMachine<SessionEvent> MachineB { get; }

    public PeerSession A => (PeerSession)MachineA.Machine!;

    public PeerSession B => (PeerSession)MachineB.Machine!;

    private SimulatedMachine<SessionEvent> Start(string name, string v6, string v4, string peerV6, string peerV4, LinkOptions link, ulong seed)
    {
        Node host = Simulator.Network.AddHost(name, Simulator.Network.Internet, [HostAddress.Parse(v6), HostAddress.Parse(v4)], link);
        TransportAddress[] remotes = [new(HostAddress.Parse(peerV6), PairScenario.Port), new(HostAddress.Parse(peerV4), PairScenario.Port)];
        return PairScenario.Start(Simulator, host, [.. PairScenario.Sockets, LocalV6], Instant.Zero, () =>
        {
            var ids = new SplitMix64(seed);
            SessionOptions options = PairScenario.Options(remotes, ref ids);
            return options with { Locals = [LocalV6, .. options.Locals], Seed = seed };
        });
    }
}
