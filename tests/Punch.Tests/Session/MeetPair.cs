using Punch.Serving;
using Punch.Serving.Relay;
using Punch.Simulation;
using Punch.Simulation.Scenarios;
using Punch.Tests.Frames;
using Punch.Tests.Turn;

namespace Punch.Tests.Session;

/// <summary>
/// Two sessions and a server over a simulated network, like <c>punch meet</c> on two machines. Each of the three is half of
/// <see cref="MeetPairOptions.RoundTrip"/> away from the others. A failing claim prints seed and transcript.
/// </summary>
internal sealed class MeetPair
{
    public static readonly TransportAddress Server = TransportAddress.Parse("192.0.2.1:3478");
    public static readonly TransportAddress ServerV6 = TransportAddress.Parse("[2001:db8:53::1]:3478");
    public static readonly TransportAddress Turn = TransportAddress.Parse("192.0.2.200:3478");
    public static readonly HostAddress TurnV6 = HostAddress.Parse("2001:db8:200::1");
    public static readonly TransportAddress LocalA = TransportAddress.Parse("0.0.0.0:40001");
    public static readonly TransportAddress LocalB = TransportAddress.Parse("0.0.0.0:50002");

    private static readonly TransportAddress[] Places =
    [
        Server, Server with { Port = 3479 }, TransportAddress.Parse("192.0.2.2:3478"), TransportAddress.Parse("192.0.2.2:3479"), ServerV6,
    ];

    private readonly Dictionary<SimulatedMachine<SessionEvent>, PeerSession> _sessions = [];
    private SplitMix64 _ids;

    public MeetPair(NatPreset a, NatPreset b, MeetPairOptions options)
        : this(options)
    {
        (SiteA, SiteB) = PairScenario.Attach(Simulator.Network, (a, Link), (b, Link), ref _ids);
        A = Start("a", SiteA.Host, LocalA, Instant.Zero, options.AdjustA);
        B = Start("b", SiteB.Host, LocalB, Instant.At(options.Gap), options.AdjustB);
    }

    /// <summary>A server alone: add sites and <see cref="Start"/> machines.</summary>
    public MeetPair(MeetPairOptions options)
    {
        Options = options;
        _ids = new SplitMix64(options.Seed);
        Simulator = new Simulator(options.Seed);
        Link = options.Link with { Delay = options.RoundTrip / 4 };
        ServerHost = Simulator.Network.AddHost("server", Simulator.Network.Internet, [.. Places.Select(place => place.Host).Distinct()], Link);
        ServerProcess = Simulator.Start<ServerEvent>(ServerHost, Places, Instant.Zero, _ => Lossy(MakeServer(_ids.Next())));
    }

    public MeetPairOptions Options { get; }

    public LinkOptions Link { get; }

    public Simulator Simulator { get; }

    public Node ServerHost { get; }

    public SimulatedMachine<ServerEvent> ServerProcess { get; }

    public Site SiteA { get; }

    public Site SiteB { get; }

    public SimulatedMachine<SessionEvent> A { get; set; } = null!;

    public SimulatedMachine<SessionEvent> B { get; set; } = null!;

    public bool AreOpen => IsOpen(A) && IsOpen(B);

    public bool AreEnded => Find(A)?.IsEnded == true && Find(B)?.IsEnded == true;

    /// <summary>Receives each event as it comes, while its payload is valid.</summary>
    public Action<SimulatedMachine<SessionEvent>, SessionEvent>? OnEvent { get; set; }

    /// <summary>A pair behind two of the presets, by their names.</summary>
    public static MeetPair Of(string a, string b, MeetPairOptions options) => new(Preset(a), Preset(b), options);

    public static NatPreset Preset(string name) =>
        AccessKinds.TryFind(name, out AccessKind kind) ? NatPresets.Of(kind) : throw new ArgumentException($"no preset {name}");

    public PeerSession? Find(SimulatedMachine<SessionEvent> machine) => _sessions.GetValueOrDefault(machine);

    public PeerSession Session(SimulatedMachine<SessionEvent> machine) => _sessions[machine];

    public bool IsOpen(SimulatedMachine<SessionEvent> machine) => Find(machine)?.Path is not null;

    public static Instant? When(SimulatedMachine<SessionEvent> machine, SessionEventKind kind, Instant since = default) =>
        PairScenario.First(machine, kind, since)?.At;

    public SimulatedMachine<SessionEvent> Start(
        string name, Node host, TransportAddress local, Instant at, Func<SessionOptions, SessionOptions>? adjust = null)
    {
        SimulatedMachine<SessionEvent>? machine = null;
        TransportAddress[] locals = host.Addresses.Any(address => address.IsV6) ? [local, new TransportAddress(HostAddress.AnyV6, local.Port)] : [local];
        machine = PairScenario.Start(Simulator, host, locals, at, MakeOptions, Keep, (e, _, _) => OnEvent?.Invoke(machine!, e));
        return machine;

        SessionOptions MakeOptions()
        {
            TransportAddress[] servers = locals.Length == 2 ? [Server, ServerV6] : [Server];
            SessionTarget target = MeetingScenario.Target(MeetingRig.Code(), servers, host, ref _ids);
            SessionOptions options = PairScenario.Options([], ref _ids);
            options = options with { Target = target, Locals = locals, Count = Options.Count, Deadline = Options.Deadline, WallClock = Options.WallClock };
            return adjust?.Invoke(options) ?? options;
        }

        IProtocol<SessionEvent> Keep(PeerSession session)
        {
            _sessions[machine!] = session;
            if (Options.Wrap is { } wrap) { return wrap(name[0], session); }

            if (Options.MostBytes is { } most && Options.NarrowSides.Contains(name[0])) { return new NarrowMachine<SessionEvent>(session, most); }

            if (Options.LosesDirect is { } isLost) { return new LossyMachine<SessionEvent>(session, to => to.Host != Server.Host && to.Host != Turn.Host && isLost()); }

            return name == "a" && Options.LosesFromA is { } loses ? new LossyMachine<SessionEvent>(session, loses) : Lossy(session);
        }
    }

    /// <summary>Adds a TURN server, which may have IPv6, too.</summary>
    public TurnServerModel AddTurn(HostAddress? v6 = null)
    {
        var model = new TurnServerModel(Turn) { V6 = v6 };
        HostAddress[] hosts = v6 is { } host6 ? [Turn.Host, host6] : [Turn.Host];
        Node host = Simulator.Network.AddHost("turn", Simulator.Network.Internet, hosts, Link);
        Simulator.Start<string>(host, [Turn], Instant.Zero, _ => model).MaxOpened = 100;
        return model;
    }

    /// <summary>Kills the server and starts another one in its place.</summary>
    public void RestartServer(TimeSpan after)
    {
        ServerProcess.Stop();
        Run(after);
        ServerProcess.Restart(Simulator.Now);
    }

    public bool RunUntilOpen(TimeSpan atMost) => Simulator.RunUntil(() => AreOpen, Simulator.Now + atMost);

    public void Run(TimeSpan time) => Simulator.RunUntil(Simulator.Now + time);

    public void Claim(bool holds, string claim) => Simulator.Check(holds, $"{claim} ({Options})");

    private IProtocol<ServerEvent> MakeServer(ulong secret)
    {
        ServerMachine server = MeetingScenario.Server(Places, secret, Options.WallClock, Options.Relay);
        return Options.LosesNotice is { } loses ? new NoticeLoss<ServerEvent>(server, loses) : server;
    }

    private IProtocol<TEvent> Lossy<TEvent>(IProtocol<TEvent> machine)
        where TEvent : notnull => Options.Loses is { } loses ? new LossyMachine<TEvent>(machine, loses) : machine;
}

/// <summary>How two sessions meet.</summary>
internal sealed record MeetPairOptions
{
    public required ulong Seed { get; init; }

    public TimeSpan RoundTrip { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How much later the second side starts.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Four routers on each way to the core, as in many networks, so that a prime expires on the way.</summary>
    public LinkOptions Link { get; init; } = new() { Hops = 4 };

    public long? Count { get; init; }

    public TimeSpan? Deadline { get; init; }

    public Func<bool>? LosesNotice { get; init; }

    /// <summary>The right time at the beginning: what the server has, and the sides unless they are adjusted.</summary>
    public DateTimeOffset WallClock { get; init; } = PairScenario.WallClock;

    /// <summary>Decides which datagrams are lost, of all that anybody sends, in order of sending; null for none.</summary>
    public Func<bool>? Loses { get; init; }

    /// <summary>Decides which datagrams of the first side are lost; null for none.</summary>
    public Func<bool>? LosesFromA { get; init; }

    /// <summary>Decides whether what a side sends to other places than the server is lost; null for no loss.</summary>
    public Func<bool>? LosesDirect { get; init; }

    /// <summary>Puts another machine around a session, by the first letter of its side; null for none.</summary>
    public Func<char, PeerSession, IProtocol<SessionEvent>>? Wrap { get; init; }

    /// <summary>What the server relays; null for nothing.</summary>
    public RelayOptions? Relay { get; init; }

    /// <summary>The longest datagram that gets from and to narrow sides, without any error; null for any.</summary>
    public int? MostBytes { get; init; }

    public string NarrowSides { get; init; } = "";

    public Func<SessionOptions, SessionOptions>? AdjustA { get; init; }

    public Func<SessionOptions, SessionOptions>? AdjustB { get; init; }
}
