using Punch.Cli.Session;
using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Session;
using Punch.Serving;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>How the two sides know each other's address.</summary>
internal enum Introduction
{
    /// <summary>By name and the usual port, as <c>punch remote-host</c> on both sides.</summary>
    Address,

    /// <summary>By what a STUN server sees of each, told to the other.</summary>
    Server,
}

/// <summary>What came of one run.</summary>
/// <param name="IsOpen">Whether both sides had their proof.</param>
/// <param name="TimeToOpen">From the later start until both had it.</param>
/// <param name="FoundByA">Where A found B, if that was not the address it was given.</param>
/// <param name="FoundByB">Where B found A, if that was not the address it was given.</param>
internal readonly record struct EncounterResult(bool IsOpen, TimeSpan TimeToOpen, TransportAddress? FoundByA, TransportAddress? FoundByB);

/// <summary>
/// One run: two hosts, each behind its simulated network, with the real session on each, in virtual time. The seed decides the ports that
/// NATs draw, the ids, the waits, the delay of the way and how far apart the two start.
/// </summary>
internal sealed class Encounter
{
    /// <summary>The address that the Internet knows A by.</summary>
    public static readonly HostAddress PublicA = HostAddress.Parse("198.51.100.1");

    /// <summary>The address that the Internet knows B by.</summary>
    public static readonly HostAddress PublicB = HostAddress.Parse("203.0.113.2");

    // A base port and the slots' ports above it (SessionTarget.NamedHost.UsesClockSlots).
    private const int SocketCount = 20;

    private static readonly TransportAddress Server = TransportAddress.Parse("192.0.2.53:3478");
    private static readonly TransportAddress Local = new(HostAddress.AnyV4, PeerOptions.DefaultPort);
    private static readonly TransportAddress[] Sockets = [.. Enumerable.Range(0, SocketCount).Select(i => Local with { Port = (ushort)(Local.Port + i) })];
    private static readonly DateTimeOffset Epoch = new(2026, 11, 22, 14, 23, 1, TimeSpan.Zero);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Introducing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1.5);

    private readonly Simulator _simulator;
    private readonly Introduction _introduction;
    private readonly Site _siteA;
    private readonly Site _siteB;
    private readonly TimeSpan _delayA;
    private readonly TimeSpan _delayB;
    private SplitMix64 _random;

    /// <summary>Sets a run up.</summary>
    public Encounter(Candidate a, Candidate b, Introduction introduction, ulong seed)
    {
        _introduction = introduction;
        _random = new SplitMix64(seed);
        _simulator = new Simulator(seed, keepsTranscript: false);
        _delayA = TimeSpan.FromMilliseconds(5 + _random.NextInt(40));
        _delayB = TimeSpan.FromMilliseconds(5 + _random.NextInt(40));
        _siteA = a.Access.Attach(_simulator.Network, "A", PublicA, new LinkOptions { Delay = _delayA }, _random.Next());
        _siteB = b.Access.Attach(_simulator.Network, "B", PublicB, new LinkOptions { Delay = _delayB }, _random.Next());
    }

    /// <summary>How much later B starts when nobody introduces them; null draws who is first and by how much.</summary>
    public TimeSpan? Gap { get; init; }

    /// <summary>Sees each step of each packet from the first one of a session on, and the instant the sessions' clock began.</summary>
    public Action<NetworkStep>? Observer { get; init; }

    /// <summary>Sees the news of a session: whose, what, when.</summary>
    public Action<Node, SessionEvent, Instant>? OnEvent { get; init; }

    /// <summary>The address by which B is given to A, and A to B; known once <see cref="Run"/> has introduced them.</summary>
    public (TransportAddress A, TransportAddress B) Known { get; private set; }

    /// <summary>Where A is.</summary>
    public Site SiteA => _siteA;

    /// <summary>Where B is.</summary>
    public Site SiteB => _siteB;

    /// <summary>Runs until both have their proof, or until the deadline.</summary>
    public EncounterResult Run()
    {
        Known = _introduction == Introduction.Server ? AskServer() : (Local with { Host = PublicA }, Local with { Host = PublicB });

        Instant start = _simulator.Now;
        (TimeSpan waitA, TimeSpan waitB) = Waits();
        Instant laterStart = start + (waitA > waitB ? waitA : waitB);
        if (Observer is not null) { _simulator.Network.Observer += Observer; }

        SimulatedMachine<SessionEvent> a = Start(_siteA, Known.B, start + waitA);
        SimulatedMachine<SessionEvent> b = Start(_siteB, Known.A, start + waitB);
        bool isOpen = _simulator.RunUntil(() => Opened(a) is not null && Opened(b) is not null, laterStart + Deadline);
        TimeSpan time = _simulator.Now - laterStart;
        return isOpen ? new EncounterResult(true, time, Found(a, Known.B), Found(b, Known.A)) : default;
    }

    /// <summary>A server in the middle tells both at once. People who only know each other's address start within a second or two.</summary>
    private (TimeSpan A, TimeSpan B) Waits()
    {
        if (_introduction == Introduction.Server) { return (_delayA, _delayB); }

        TimeSpan gap = Gap ?? _random.NextDuration(LongestGap);
        return Gap is not null || _random.NextInt(2) == 0 ? (TimeSpan.Zero, gap) : (gap, TimeSpan.Zero);
    }

    private static SessionEvent? Opened(SimulatedMachine<SessionEvent> machine)
    {
        foreach (TimedEvent<SessionEvent> e in machine.Events)
        {
            if (e.Event.Kind == SessionEventKind.Opened) { return e.Event; }
        }

        return null;
    }

    private static TransportAddress? Found(SimulatedMachine<SessionEvent> machine, TransportAddress given) =>
        Opened(machine) is { } opened && opened.Remote != given ? opened.Remote : null;

    private (TransportAddress A, TransportAddress B) AskServer()
    {
        Node host = _simulator.Network.AddHost("server", _simulator.Network.Internet, [Server.Host], new LinkOptions());
        var options = new ServerMachineOptions { Served = [new(Server)], Key0 = 0, Key1 = 0 };
        _simulator.Start(host, [Server], Instant.Zero, _ => new ServerMachine(options));
        SimulatedMachine<StunNews> Ask(Site site) => _simulator.Start(site.Host, [Local], Instant.Zero, _ => new StunAsker(Local, Server));

        SimulatedMachine<StunNews> a = Ask(_siteA);
        SimulatedMachine<StunNews> b = Ask(_siteB);
        _simulator.RunUntil(Instant.At(Introducing));
        a.Stop();
        b.Stop();
        return (a.Events[0].Event.Mapped, b.Events[0].Event.Mapped);
    }

    private SimulatedMachine<SessionEvent> Start(Site site, TransportAddress remote, Instant at)
    {
        (ulong id, ulong seed) = (_random.Next(), _random.Next());
        return _simulator.Start(
            site.Host,
            Sockets,
            at,
            now => new PeerSession(
                new SessionOptions
                {
                    Target = new SessionTarget.NamedHost
                    {
                        Remotes = [remote],
                        UsesClockSlots = _introduction == Introduction.Address, // whom a server introduces needs no timetable
                    },
                    Locals = [Local],
                    Id = id,
                    Seed = seed,
                    WallClock = Epoch + (now - Instant.Zero),
                    Deadline = Deadline,
                },
                now),
            (e, _, now) => OnEvent?.Invoke(site.Host, e, now));
    }
}
