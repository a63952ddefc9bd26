using Punch.Simulation;

namespace Punch.Tests.Peer;

/// <summary>
/// Two sessions over a simulated network, each knowing the other's public address and the usual port: what <c>punch remote-host</c> on
/// two machines is. A failing claim prints seed and transcript.
/// </summary>
internal sealed class PeerPair
{
    public const ushort Port = 6311;

    private static readonly TransportAddress Local = new(HostAddress.AnyV4, Port);

    // The sockets of the slots, which a driver opens as they come.
    private static readonly TransportAddress[] Sockets = [.. Enumerable.Range(0, 20).Select(offset => Local with { Port = (ushort)(Port + offset) })];

    private readonly DateTimeOffset _epoch;
    private readonly Dictionary<SimulatedMachine<SessionEvent>, PeerSession> _sessions = [];
    private SplitMix64 _ids;

    public PeerPair(NatPreset a, NatPreset b, PairOptions options)
    {
        Options = options;
        _ids = new SplitMix64(options.Seed);
        _epoch = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.Zero) + _ids.NextDuration(TimeSpan.FromMinutes(10));
        Simulator = new Simulator(options.Seed);
        LinkOptions link = options.Link with { Delay = options.RoundTrip / 4 };
        SiteA = a.Attach(Simulator.Network, "a", HostAddress.Parse("198.51.100.1"), link, _ids.Next());
        SiteB = b.Attach(Simulator.Network, "b", HostAddress.Parse("203.0.113.2"), link, _ids.Next());
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

    public PeerSession SessionA => _sessions[A];

    public PeerSession SessionB => _sessions[B];

    public bool AreEnded => _sessions.Count == 2 && SessionA.IsEnded && SessionB.IsEnded;

    public bool AreOpen => _sessions.Count == 2 && SessionA.Path is not null && SessionB.Path is not null;

    /// <summary>A pair behind two of the presets, by their names.</summary>
    public static PeerPair Of(string a, string b, PairOptions options) => new(Find(a), Find(b), options);

    public static Instant? When(SimulatedMachine<SessionEvent> machine, SessionEventKind kind)
    {
        foreach (TimedEvent<SessionEvent> e in machine.Events)
        {
            if (e.Event.Kind == kind) { return e.At; }
        }

        return null;
    }

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

    private SimulatedMachine<SessionEvent> Start(Site site, Site peer, Instant at, TimeSpan skew, Func<SessionOptions, SessionOptions>? adjust)
    {
        SimulatedMachine<SessionEvent>? machine = null;
        machine = Simulator.Start(site.Host, Sockets, at, now =>
        {
            var options = new SessionOptions
            {
                Target = new SessionTarget.NamedHost { Remotes = [new TransportAddress(peer.PublicAddress, Port)] },
                Locals = [Local],
                Id = _ids.Next(),
                Seed = _ids.Next(),
                WallClock = _epoch + (now - Instant.Zero) + skew,
                Count = Options.Count,
                Deadline = Options.Deadline,
            };
            var session = new PeerSession(adjust?.Invoke(options) ?? options, now);
            _sessions[machine!] = session;
            return session;
        });
        return machine;
    }
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
