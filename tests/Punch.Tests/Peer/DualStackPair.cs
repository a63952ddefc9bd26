using Punch.Simulation;

namespace Punch.Tests.Peer;

/// <summary>Two hosts with IPv4 and IPv6, each knowing both addresses of the other; the two families differ in delay by the seed.</summary>
internal sealed class DualStackPair
{
    private static readonly TransportAddress[] Sockets =
        [.. Enumerable.Range(6311, 20).Select(port => new TransportAddress(HostAddress.AnyV4, (ushort)port)), new(HostAddress.AnyV6, 6311)];

    private static readonly TransportAddress[] Locals = [new(HostAddress.AnyV6, 6311), new(HostAddress.AnyV4, 6311)];

    private readonly Dictionary<string, PeerSession> _sessions = [];

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

    public PeerSession A => _sessions["a"];

    public PeerSession B => _sessions["b"];

    private SimulatedMachine<SessionEvent> Start(string name, string v6, string v4, string peerV6, string peerV4, LinkOptions link, ulong seed)
    {
        Node host = Simulator.Network.AddHost(name, Simulator.Network.Internet, [HostAddress.Parse(v6), HostAddress.Parse(v4)], link);
        return Simulator.Start(host, Sockets, Instant.Zero, now => _sessions[name] = new PeerSession(
            new SessionOptions
            {
                Target = new SessionTarget.NamedHost { Remotes = [new(HostAddress.Parse(peerV6), 6311), new(HostAddress.Parse(peerV4), 6311)] },
                Locals = Locals,
                Id = new SplitMix64(seed).Next(),
                Seed = seed,
                WallClock = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.Zero),
            },
            now));
    }
}
