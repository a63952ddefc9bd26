using Punch.Simulation;
using Punch.Tests.Serving;

namespace Punch.Tests.Discovery;

/// <summary>A client behind some access, 25 ms from servers at public addresses, all in virtual time.</summary>
internal sealed class DiscoveryRig
{
    public static readonly HostAddress Public = HostAddress.Parse("198.51.100.1");
    public static readonly TransportAddress A1P1 = TransportAddress.Parse("203.0.113.1:3478");
    public static readonly TransportAddress A1P2 = TransportAddress.Parse("203.0.113.1:3479");
    public static readonly TransportAddress A2P1 = TransportAddress.Parse("203.0.113.2:3478");
    public static readonly TransportAddress A2P2 = TransportAddress.Parse("203.0.113.2:3479");
    public static readonly TransportAddress B1P1 = TransportAddress.Parse("192.0.2.7:3478");
    public static readonly TransportAddress B1P2 = TransportAddress.Parse("192.0.2.7:5000");

    private SimulatedMachine<DiscoveryEvent>? _client;
    private int _servers;

    public DiscoveryRig(NatPreset access, ulong seed = 1, double loss = 0, double oneWayMilliseconds = 25)
    {
        Seed = seed;
        Simulator = new Simulator(seed);
        var uplink = new LinkOptions { Delay = TimeSpan.FromMilliseconds(oneWayMilliseconds), Loss = loss };
        Site = access.Attach(Simulator.Network, "client", Public, uplink, seed * 31);
    }

    public ulong Seed { get; }

    public Simulator Simulator { get; }

    public Site Site { get; }

    public bool TestsHairpin { get; init; }

    public bool TestsLifetime { get; init; }

    public bool KnowsLocal { get; init; } = true;

    /// <summary>Further addresses of the first server's name.</summary>
    public TransportAddress[] Fallbacks { get; init; } = [];

    /// <summary>A socket, by its number, that another program had before, and how many mappings were made since then.</summary>
    public (int Socket, int Since)? Stale { get; init; }

    public NatDiscovery Machine => (NatDiscovery)_client!.Machine!;

    public IEnumerable<DiscoveryEvent> Events => _client!.Events.Select(e => e.Event);

    public long SentCount => _client!.SentCount;

    /// <summary>A preset of one NAT.</summary>
    public static NatPreset Access(NatOptions nat) => new() { Name = "nat", Summary = "", Nats = [nat] };

    public static NatPreset Access(Mapping mapping, Filtering filtering, PortAllocation allocation) => Access(new NatOptions
    {
        Mapping = mapping,
        Filtering = filtering,
        Allocation = allocation,
        FilterScope = mapping == Mapping.EndpointIndependent ? FilterScope.InsideEndpoint : FilterScope.Mapping,
    });

    /// <summary>Adds a server that answers from these places: one, two, or four of them.</summary>
    public DiscoveryRig Serve(params TransportAddress[] places)
    {
        HostAddress[] hosts = [.. places.Select(place => place.Host).Distinct()];
        Node host = Simulator.Network.AddHost($"server{++_servers}", Simulator.Network.Internet, hosts, new LinkOptions());
        Simulator.Start(host, places, Instant.Zero, _ => Servers.Stun(places));
        return this;
    }

    public DiscoveryRig ServeTwoAddresses() => Serve(A1P1, A1P2, A2P1, A2P2);

    /// <summary>Any machine as a server.</summary>
    public DiscoveryRig Serve<TEvent>(IReadOnlyList<TransportAddress> places, Func<IProtocol<TEvent>> create)
        where TEvent : notnull
    {
        HostAddress[] hosts = [.. places.Select(place => place.Host).Distinct()];
        Node host = Simulator.Network.AddHost($"server{++_servers}", Simulator.Network.Internet, hosts, new LinkOptions());
        Simulator.Start(host, places, Instant.Zero, _ => create());
        return this;
    }

    /// <summary>Runs the discovery to its end.</summary>
    public NatReport Run(params TransportAddress[] servers)
    {
        TransportAddress[] sockets = Sockets(servers);
        if (Stale is { } stale) { MakeMappings([sockets[stale.Socket].Port, .. Enumerable.Range(2_000, stale.Since).Select(port => (ushort)port)], servers[0]); }

        _client = Simulator.Start<DiscoveryEvent>(Site.Host, sockets, Simulator.Now, now => new NatDiscovery(Options(servers, sockets), now));
        Simulator.RunUntil(() => _client.Machine is NatDiscovery { IsEnded: true }, Simulator.Now + TimeSpan.FromMinutes(20));
        Simulator.Check(Machine.IsEnded, "the discovery ends");
        Assert_no_timer_is_left();
        return Machine.Report!;
    }

    public void Check(bool holds, string claim) => Simulator.Check(holds, claim);

    private void Assert_no_timer_is_left() => Simulator.Check(Machine.NextTimeout is null, "no timer is left after the end");

    private void MakeMappings(ushort[] ports, TransportAddress server)
    {
        foreach (ushort port in ports)
        {
            var packet = new Packet(new TransportAddress(Site.Address, port), server, Simulator.DefaultHopLimit, "not STUN"u8.ToArray());
            Simulator.Network.Send(Site.Host, packet, Simulator.Now);
        }

        Simulator.RunUntil(Simulator.Now + TimeSpan.FromSeconds(1));
    }

    private NatDiscoveryOptions Options(TransportAddress[] servers, TransportAddress[] sockets) => new()
    {
        Servers =
        [
            .. servers.Select((server, i) => Server(server) with { Fallbacks = i == 0 ? [.. Fallbacks.Select(Server)] : null }),
        ],
        Sockets = sockets,
        IdKey = (Seed, 99),
        TestsHairpin = TestsHairpin,
    };

    private DiscoveryServer Server(TransportAddress server) => new(server, KnowsLocal ? Site.Address : null);

    // Ports as a system gives them: anywhere in the ephemeral range.
    private TransportAddress[] Sockets(TransportAddress[] servers)
    {
        int count = TestsLifetime ? NatDiscoveryOptions.SocketCountWithLifetime : NatDiscoveryOptions.SocketCount;
        var random = new SplitMix64(Seed + 17);
        HashSet<ushort> ports = [];
        while (ports.Count < count) { ports.Add((ushort)(32_768 + random.NextInt(28_000))); }

        HostAddress any = servers[0].Host.IsV6 ? HostAddress.AnyV6 : HostAddress.AnyV4;
        return [.. ports.Select(port => new TransportAddress(any, port))];
    }
}
