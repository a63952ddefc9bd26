using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Session;

namespace Punch.Simulation.Scenarios;

/// <summary>The parts of a simulated pair: two sites, A and B, and the sessions of <c>punch remote-host</c> on both.</summary>
public static class PairScenario
{
    /// <summary>The port that both sides use.</summary>
    public const ushort Port = 6311;

    /// <summary>The wall clock at the beginning of a simulation.</summary>
    public static readonly DateTimeOffset WallClock = new(2026, 11, 22, 14, 23, 1, TimeSpan.Zero);

    // A base port and the slots' ports above it (SessionTarget.NamedHost.UsesClockSlots).
    private const int SocketCount = 20;

    // A session opens the sockets of its fresh ports when it first sends from them.
    private const int MostFreshPorts = 64;

    /// <summary>The IPv4 sockets of a session, the base port first.</summary>
    public static IReadOnlyList<TransportAddress> Sockets { get; } =
        [.. Enumerable.Range(Port, SocketCount).Select(port => new TransportAddress(HostAddress.AnyV4, (ushort)port))];

    /// <summary>Adds both sites to a network.</summary>
    /// <param name="network">The network to add them to.</param>
    /// <param name="a">The access of A, and its link to the Internet.</param>
    /// <param name="b">The access of B, and its link to the Internet.</param>
    /// <param name="random">The source of seeds for random ports.</param>
    public static (Site A, Site B) Attach(
        Network network, (NatPreset Access, LinkOptions Link) a, (NatPreset Access, LinkOptions Link) b, ref SplitMix64 random) =>
        (a.Access.Attach(network, "A", HostAddress.Parse("198.51.100.1"), a.Link, random.Next()),
            b.Access.Attach(network, "B", HostAddress.Parse("203.0.113.2"), b.Link, random.Next()));

    /// <summary>The place where the peer expects a site: its public address and the usual port.</summary>
    public static TransportAddress PlaceOf(Site site) => new(site.PublicAddress, Port);

    /// <summary>The options of a session that starts with the simulation.</summary>
    /// <param name="remotes">The peer's addresses.</param>
    /// <param name="random">The source of its id and its seed.</param>
    public static SessionOptions Options(IReadOnlyList<TransportAddress> remotes, ref SplitMix64 random) => new()
    {
        Target = new SessionTarget.NamedHost { Remotes = remotes },
        Locals = [Sockets[0]],
        Id = random.Next(),
        Seed = random.Next(),
        WallClock = WallClock,
    };

    /// <summary>Starts a session on a host.</summary>
    /// <param name="simulator">The simulator with the host.</param>
    /// <param name="host">The host.</param>
    /// <param name="sockets">The sockets that are open from the start.</param>
    /// <param name="at">When it starts. Its wall clock begins later by the same time.</param>
    /// <param name="options">Makes the options, again for each start.</param>
    /// <param name="wrap">Wraps the session in another machine; null for the session itself.</param>
    /// <param name="onEvent">Receives each event as it comes.</param>
    public static SimulatedMachine<SessionEvent> Start(
        Simulator simulator,
        Node host,
        IReadOnlyList<TransportAddress> sockets,
        Instant at,
        Func<SessionOptions> options,
        Func<PeerSession, IProtocol<SessionEvent>>? wrap = null,
        MachineEventHandler<SessionEvent>? onEvent = null)
    {
        SimulatedMachine<SessionEvent> machine = simulator.Start(host, sockets, at, Create, onEvent);
        machine.MaxOpened = MostFreshPorts;
        return machine;

        IProtocol<SessionEvent> Create(Instant now)
        {
            SessionOptions atZero = options();
            var session = new PeerSession(atZero with { WallClock = atZero.WallClock + (now - Instant.Zero) }, now);
            return wrap?.Invoke(session) ?? session;
        }
    }

    /// <summary>The first event of a kind; null if there is none.</summary>
    public static TimedEvent<SessionEvent>? First(SimulatedMachine<SessionEvent> machine, SessionEventKind kind, Instant since = default)
    {
        foreach (TimedEvent<SessionEvent> e in machine.Events)
        {
            if (e.At >= since && e.Event.Kind == kind) { return e; }
        }

        return null;
    }
}
