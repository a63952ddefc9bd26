using Punch.Simulation;
using Punch.Simulation.Scenarios;
using Punch.Tests.Frames;

namespace Punch.Tests.Session;

/// <summary>
/// Two sessions over a simulated network that share a code, like <c>punch meet CODE --at HOST</c> on two machines: each names the other's
/// public address and the usual port, or only listens. A failing claim prints seed and transcript.
/// </summary>
internal sealed class GreetingPair
{
    private SplitMix64 _ids;

    public GreetingPair(NatPreset a, NatPreset b, GreetingPairOptions options)
    {
        Options = options;
        _ids = new SplitMix64(options.Seed);
        Simulator = new Simulator(options.Seed);
        LinkOptions link = options.Link with { Delay = options.RoundTrip / 4 };
        (SiteA, SiteB) = PairScenario.Attach(Simulator.Network, (a, link), (b, link), ref _ids);
        StartB = Instant.At(options.Gap);
        A = Start(SiteA, SiteB, Instant.Zero, options.IsListenerA, options.AdjustA);
        B = Start(SiteB, SiteA, StartB, isListener: false, options.AdjustB);
    }

    public GreetingPairOptions Options { get; }

    public Simulator Simulator { get; }

    public Site SiteA { get; }

    public Site SiteB { get; }

    public Instant StartB { get; }

    public SimulatedMachine<SessionEvent> A { get; }

    public SimulatedMachine<SessionEvent> B { get; }

    public PeerSession SessionA => (PeerSession)A.Machine!;

    public PeerSession SessionB => (PeerSession)B.Machine!;

    public bool AreOpen => A.Machine is PeerSession { Path: not null } && B.Machine is PeerSession { Path: not null };

    public bool AreEnded => A.Machine is { IsEnded: true } && B.Machine is { IsEnded: true };

    public static GreetingPair Of(string a, string b, GreetingPairOptions options) => new(MeetPair.Preset(a), MeetPair.Preset(b), options);

    public bool RunUntilOpen(TimeSpan atMost) => Simulator.RunUntil(() => AreOpen, Simulator.Now + atMost);

    public bool RunToEnd(TimeSpan atMost) => Simulator.RunUntil(() => AreEnded, Simulator.Now + atMost);

    public void Run(TimeSpan time) => Simulator.RunUntil(Simulator.Now + time);

    public void Claim(bool holds, string claim) => Simulator.Check(holds, $"{claim} ({Options})");

    public double RoundTripsToOpen(SimulatedMachine<SessionEvent> machine) =>
        PairScenario.First(machine, SessionEventKind.Opened) is { } opened ? (opened.At - StartB) / Options.RoundTrip : double.PositiveInfinity;

    /// <summary>The target of a side that names these addresses.</summary>
    public SessionTarget.SealedHost Target(Node host, params TransportAddress[] remotes)
    {
        SessionTarget.Meeting meeting = MeetingScenario.Target(MeetingRig.Code(), [MeetPair.Server], host, ref _ids);
        return new SessionTarget.SealedHost
        {
            Code = meeting.Code,
            Remotes = remotes,
            Hosts = meeting.Hosts,
            Party = meeting.Party,
            Scalar = meeting.Scalar,
        };
    }

    private SimulatedMachine<SessionEvent> Start(
        Site site, Site peer, Instant at, bool isListener, Func<SessionOptions, SessionOptions>? adjust) =>
        PairScenario.Start(Simulator, site.Host, PairScenario.Sockets, at, () =>
        {
            SessionOptions options = PairScenario.Options([], ref _ids) with
            {
                Target = Target(site.Host, isListener ? [] : [PairScenario.PlaceOf(peer)]),
                Count = Options.Count,
                Deadline = Options.Deadline,
            };
            return adjust?.Invoke(options) ?? options;
        });
}

/// <summary>How two sessions meet.</summary>
internal sealed record GreetingPairOptions
{
    public required ulong Seed { get; init; }

    public TimeSpan RoundTrip { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How much later the second side starts.</summary>
    public TimeSpan Gap { get; init; }

    public LinkOptions Link { get; init; } = new();

    public long? Count { get; init; }

    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether the first side names nobody.</summary>
    public bool IsListenerA { get; init; }

    public Func<SessionOptions, SessionOptions>? AdjustA { get; init; }

    public Func<SessionOptions, SessionOptions>? AdjustB { get; init; }
}
