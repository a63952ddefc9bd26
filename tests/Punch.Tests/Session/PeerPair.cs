using Punch.Simulation;
using Punch.Simulation.Scenarios;

namespace Punch.Tests.Session;

/// <summary>
/// Two sessions over a simulated network that know each other's public address and the usual port, like <c>punch remote-host</c> on two
/// machines. A failing claim prints seed and transcript.
/// </summary>
internal sealed class PeerPair
{
    private readonly TimeSpan _wallClock;
    private SplitMix64 _ids;

    public PeerPair(NatPreset a, NatPreset b, PairOptions options)
    {
        Options = options;
        _ids = new SplitMix64(options.Seed);
        _wallClock = _ids.NextDuration(TimeSpan.FromMinutes(10));
        Simulator = new Simulator(options.Seed);
        LinkOptions link = options.Link with { Delay = options.RoundTrip / 4 };
        (SiteA, SiteB) = PairScenario.Attach(Simulator.Network, (a, link), (b, link), ref _ids);
        StartA = Instant.Zero;
        StartB = Instant.At(options.Gap);
        A = Start(SiteA, SiteB, StartA, TimeSpan.Zero, options.AdjustA);
        B = Start(SiteB, SiteA, StartB, options.ClockDifference, options.AdjustB);
    }

    public PairOptions Options { get; }

    public Simulator Simulator { get; }

    public Site SiteA { get; }

    public Site SiteB { get; }

    public Instant StartA { get; }

    public Instant StartB { get; }

    public Instant LaterStart => StartA < StartB ? StartB : StartA;

    public SimulatedMachine<SessionEvent> A { get; }

    public SimulatedMachine<SessionEvent> B { get; }

    public PeerSession SessionA => (PeerSession)A.Machine!;

    public PeerSession SessionB => (PeerSession)B.Machine!;

    public bool AreEnded => A.Machine is { IsEnded: true } && B.Machine is { IsEnded: true };

    public bool AreOpen => A.Machine is PeerSession { Path: not null } && B.Machine is PeerSession { Path: not null };

    /// <summary>A pair behind two of the presets, by their names.</summary>
    public static PeerPair Of(string a, string b, PairOptions options) => new(Find(a), Find(b), options);

    public static Instant? When(SimulatedMachine<SessionEvent> machine, SessionEventKind kind) => PairScenario.First(machine, kind)?.At;

    /// <summary>Runs until both have ended, at most for an hour; returns the pair for a chain of claims.</summary>
    public PeerPair RunToEnd()
    {
        Simulator.RunUntil(() => AreEnded, Instant.At(TimeSpan.FromHours(1)));
        return this;
    }

    public void Claim(bool holds, string claim) => Simulator.Check(holds, $"{claim} ({Options})");

    /// <summary>Time from the later start to this side's proof, in round trips; infinite without proof.</summary>
    public double RoundTripsToProof(SimulatedMachine<SessionEvent> machine) =>
        When(machine, SessionEventKind.Opened) is { } opened ? (opened - LaterStart) / Options.RoundTrip : double.PositiveInfinity;

    public double RoundTripsToEnd(SimulatedMachine<SessionEvent> machine) =>
        When(machine, SessionEventKind.Ended) is { } ended ? (ended - LaterStart) / Options.RoundTrip : double.PositiveInfinity;

    private static NatPreset Find(string name) =>
        AccessKinds.TryFind(name, out AccessKind kind) ? NatPresets.Of(kind) : throw new ArgumentException($"no preset {name}");

    private SimulatedMachine<SessionEvent> Start(
        Site site, Site peer, Instant at, TimeSpan skew, Func<SessionOptions, SessionOptions>? adjust) =>
        PairScenario.Start(Simulator, site.Host, PairScenario.Sockets, at, () =>
        {
            SessionOptions options = PairScenario.Options([PairScenario.PlaceOf(peer)], ref _ids);
            options = options with { WallClock = options.WallClock + _wallClock + skew };
            options = options with { Count = Options.Count, Deadline = Options.Deadline };
            return adjust?.Invoke(options) ?? options;
        });
}

/// <summary>How two sessions meet.</summary>
internal sealed record PairOptions
{
    public required ulong Seed { get; init; }

    public TimeSpan RoundTrip { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How much later the second side starts.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>How far the second side's wall clock is ahead.</summary>
    public TimeSpan ClockDifference { get; init; }

    public LinkOptions Link { get; init; } = new();

    public long? Count { get; init; } = 1;

    public TimeSpan? Deadline { get; init; } = TimeSpan.FromSeconds(20);

    public Func<SessionOptions, SessionOptions>? AdjustA { get; init; }

    public Func<SessionOptions, SessionOptions>? AdjustB { get; init; }
}
