using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Session;
using Punch.Serving;
using Punch.Serving.Relay;
using Punch.Simulation;
using Punch.Simulation.Scenarios;

namespace Punch.Cli.Predict;

/// <summary>How the two sides know each other's address.</summary>
internal enum Introduction
{
    /// <summary>By name and the usual port, with <c>punch remote-host</c> on both sides.</summary>
    Address,

    /// <summary>By a code and a server, with <c>punch meet --direct</c> on both sides.</summary>
    Server,

    /// <summary>By a code and a server that relays where that is needed, with <c>punch meet</c> on both sides.</summary>
    Relay,
}

/// <summary>The result of one run.</summary>
/// <param name="IsOpen">Whether both sides had their proof.</param>
/// <param name="TimeToOpen">The time from the later start until both had it.</param>
/// <param name="FoundByA">Where A found B, if that is not the address it was given.</param>
/// <param name="FoundByB">Where B found A, if that is not the address it was given.</param>
/// <param name="IsRelayed">Whether the server relayed the path.</param>
/// <param name="IsOverTcp">Whether the path is a TCP connection between the two.</param>
internal readonly record struct PairRunResult(
    bool IsOpen, TimeSpan TimeToOpen, TransportAddress? FoundByA, TransportAddress? FoundByB, bool IsRelayed, bool IsOverTcp);

/// <summary>
/// One run: two hosts behind simulated networks, with the real session on each, in virtual time. The seed decides random ports, ids, waits,
/// the delay of the path and the gap between the starts.
/// </summary>
internal sealed class PairRun
{
    private static readonly TransportAddress Server = TransportAddress.Parse("192.0.2.53:3478");

    // With a second port a client learns whether its mapping depends on the destination.
    private static readonly TransportAddress[] ServerPlaces = [Server, Server with { Port = 3479 }];
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>How long the first side waits at the server for the second one.</summary>
    private static readonly TimeSpan Waiting = TimeSpan.FromSeconds(1);

    /// <summary>How long two sides are watched after they met at the server: four rounds of fresh ports.</summary>
    private static readonly TimeSpan MeetingDeadline = TimeSpan.FromSeconds(13);

    private static readonly MeetingCode Code = MeetingCode.FromRandom(new byte[MeetingCode.RandomLength]);
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1.5);

    // The ways of punch meet where UDP is silent, and those through a proxy.
    private static readonly TransportAddress Proxy =
        TransportAddress.Parse("192.0.2.80:3128") with { Port = OutletFilter.ProxyPort, Transport = Transport.Tcp };

    private static readonly TransportAddress[] StreamWays =
    [
        Server with { Transport = Transport.Tcp },
        Server with { Port = 443, Transport = Transport.Tls },
        Proxy,
    ];

    // The proxy is the server's: what it is told arrives at once.
    private static readonly TransportAddress[] ServerSockets =
        [.. ServerPlaces, .. StreamWays.Select(way => way with { Transport = Transport.Tcp })];

    // Ports of streams, beyond those of all sockets.
    private const ushort FirstStreamPort = 61_000;

    private readonly Simulator _simulator;
    private readonly Introduction _introduction;
    private SplitMix64 _random;

    /// <summary>Sets up a run.</summary>
    public PairRun(PossibleNetwork a, PossibleNetwork b, Introduction introduction, ulong seed)
    {
        _introduction = introduction;
        _random = new SplitMix64(seed);
        _simulator = new Simulator(seed, keepsTranscript: false);
        var linkA = new LinkOptions { Delay = TimeSpan.FromMilliseconds(5 + _random.NextInt(40)) };
        var linkB = new LinkOptions { Delay = TimeSpan.FromMilliseconds(5 + _random.NextInt(40)) };
        (SiteA, SiteB) = PairScenario.Attach(_simulator.Network, (a.Access, linkA), (b.Access, linkB), ref _random);
        Known = (PairScenario.PlaceOf(SiteA), PairScenario.PlaceOf(SiteB));
    }

    /// <summary>How much later B starts without a server; null for a random order and gap.</summary>
    public TimeSpan? Gap { get; init; }

    /// <summary>
    /// Receives each step of each packet from the first session packet on, and the instant when the sessions' clock began.
    /// </summary>
    public Action<NetworkStep>? Observer { get; init; }

    /// <summary>Receives the events of both sessions: the host, the event, the time.</summary>
    public Action<Node, SessionEvent, Instant>? OnEvent { get; init; }

    /// <summary>The address of A that B knows, and that of B that A knows; set once <see cref="Run"/> has ended.</summary>
    public (TransportAddress A, TransportAddress B) Known { get; private set; }

    /// <summary>The site of A.</summary>
    public Site SiteA { get; }

    /// <summary>The site of B.</summary>
    public Site SiteB { get; }

    /// <summary>Runs until both have their proof, or until the deadline.</summary>
    public PairRunResult Run()
    {
        (TimeSpan waitA, TimeSpan waitB) = Waits();
        Instant laterStart = Instant.Zero + (waitA > waitB ? waitA : waitB);
        _simulator.Network.Observer += step => Observe(step, laterStart);
        if (HasServer) { StartServer(); }

        SimulatedMachine<SessionEvent> a = Start(SiteA, Known.B, Instant.Zero + waitA);
        SimulatedMachine<SessionEvent> b = Start(SiteB, Known.A, Instant.Zero + waitB);
        TimeSpan deadline = HasServer ? MeetingDeadline : Deadline;
        bool isOpen = _simulator.RunUntil(
            () => First(a, SessionEventKind.Opened) is not null && First(b, SessionEventKind.Opened) is not null, laterStart + deadline);
        TimeSpan time = _simulator.Now - laterStart;
        if (First(a, SessionEventKind.ServerAnswered) is { } seenA && First(b, SessionEventKind.ServerAnswered) is { } seenB)
        {
            Known = (seenA.Mapped, seenB.Mapped);
        }

        if (!isOpen) { return default; }

        SessionEvent[] opened = [First(a, SessionEventKind.Opened)!.Value, First(b, SessionEventKind.Opened)!.Value];
        bool isRelayed = opened.Any(each => each.IsRelayed);
        bool isOverTcp = !isRelayed && opened.Any(each => each.Remote.IsStream);
        return isRelayed || isOverTcp
            ? new PairRunResult(true, time, null, null, isRelayed, isOverTcp)
            : new PairRunResult(true, time, Found(a, Known.B), Found(b, Known.A), false, false);
    }

    private bool HasServer => _introduction != Introduction.Address;

    // Packets to and from the server are the same for every pair, and TCP comes after all that UDP can do.
    private void Observe(in NetworkStep step, Instant laterStart)
    {
        bool isServers = step.Before.Source.Host == Server.Host || step.Before.Destination.Host == Server.Host
            || step.Before.Source.Transport != Transport.Udp;
        bool isBefore = HasServer && step.At < laterStart;
        if (!isServers && !isBefore) { Observer?.Invoke(step); }
    }

    /// <summary>
    /// The start times. With a server, one side waits for the other. People who only know each other's address start within a second or
    /// two.
    /// </summary>
    private (TimeSpan A, TimeSpan B) Waits()
    {
        if (HasServer) { return (TimeSpan.Zero, Waiting); }

        TimeSpan gap = Gap ?? _random.NextDuration(LongestGap);
        return Gap is not null || _random.NextInt(2) == 0 ? (TimeSpan.Zero, gap) : (gap, TimeSpan.Zero);
    }

    private static SessionEvent? First(SimulatedMachine<SessionEvent> machine, SessionEventKind kind) =>
        PairScenario.First(machine, kind)?.Event;

    private static TransportAddress? Found(SimulatedMachine<SessionEvent> machine, TransportAddress given) =>
        First(machine, SessionEventKind.Opened) is { } opened && opened.Remote != given ? opened.Remote : null;

    private void StartServer()
    {
        Node host = _simulator.Network.AddHost("server", _simulator.Network.Internet, [Server.Host, Proxy.Host], new LinkOptions());
        ulong secret = _random.Next();
        _simulator.Start(host, ServerSockets, Instant.Zero, _ => new StreamMachine<ServerEvent>(
            MeetingScenario.Server(ServerPlaces, secret, relay: Relay), FirstStreamPort, Server));
    }

    private RelayOptions? Relay => _introduction == Introduction.Relay ? new RelayOptions() : null;

    private SimulatedMachine<SessionEvent> Start(Site site, TransportAddress remote, Instant at)
    {
        SessionOptions options = PairScenario.Options([remote], ref _random) with { Deadline = Deadline };
        if (HasServer) { options = options with { Target = Target(site) }; }

        IReadOnlyList<TransportAddress> sockets = HasServer ? options.Locals : PairScenario.Sockets;
        return PairScenario.Start(
            _simulator,
            site.Host,
            sockets,
            at,
            () => options,
            session => HasServer ? new StreamMachine<SessionEvent>(session, FirstStreamPort) : session,
            (e, _, now) => OnEvent?.Invoke(site.Host, e, now));
    }

    private SessionTarget.Meeting Target(Site site) => MeetingScenario.Target(Code, [Server], site.Host, ref _random) with
    {
        Ways = StreamWays,
        Streams = [PairScenario.Sockets[0] with { Transport = Transport.Tcp }],
    };
}
