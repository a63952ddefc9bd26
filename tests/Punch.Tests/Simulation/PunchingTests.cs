using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

/// <summary>Tests the simulator itself: two echo machines that name each other's public endpoint, over every pair of presets.</summary>
public sealed class PunchingTests
{
    private static readonly TransportAddress Any = TransportAddress.Parse("0.0.0.0:6311");
    private static readonly HostAddress PublicA = HostAddress.Parse("198.51.100.1");
    private static readonly HostAddress PublicB = HostAddress.Parse("198.51.100.2");

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (NatPreset a in NatPresets.All)
        {
            foreach (NatPreset b in NatPresets.All) { pairs.Add(a.Name, b.Name); }
        }

        return pairs;
    }

    /// <summary>The pairs that can punch if both know the other's mapping towards a third host, and both send.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public void Which_pairs_punch_agrees_with_theory(string a, string b)
    {
        var run = new Run(a, b, seed: 3);
        run.LearnMappings();

        bool punched = run.Punch(skew: TimeSpan.FromMilliseconds(10));

        run.Simulator.Check(punched == PunchingTheory.IsPunchable(a, b), $"{a} and {b}: punched is {punched}");
    }

    [Theory]
    [InlineData(EarlyPacket.Ignored, 10, true)]
    [InlineData(EarlyPacket.Ignored, 200, true)]
    [InlineData(EarlyPacket.Held, 10, true)]
    [InlineData(EarlyPacket.Held, 39, true)]
    [InlineData(EarlyPacket.Held, 41, false)]
    [InlineData(EarlyPacket.Held, 200, false)]
    public void Two_Linux_NATs_clash_when_the_later_side_starts_after_the_packet_came(EarlyPacket early, double skew, bool punches)
    {
        var linux = new NatPreset { Name = "linux", Summary = "", Nats = [NatPresets.Linux.Nats[0] with { EarlyPacket = early }] };
        var run = new Run(linux, linux, seed: 4);

        bool punched = run.Punch(TimeSpan.FromMilliseconds(skew));

        run.Simulator.Check(punched == punches, $"skew {skew} ms: punched is {punched}");
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, true)]
    public void Primes_with_a_small_hop_limit_avoid_the_clash(byte hopLimitOfA, bool isHeard)
    {
        var run = new Run(NatPresets.Linux, NatPresets.Linux, seed: 4, hopLimitOfA);

        // Three hops take A's packets through its NAT but not to B's. So B, which starts late, keeps its port.
        run.Punch(skew: TimeSpan.FromMilliseconds(200));

        run.Simulator.Check(run.A.Events.Any(e => e.Event.Text == "ping 1") == isHeard, $"A hears B: {isHeard}");
    }

    [Fact]
    public void A_run_repeats_from_its_seed()
    {
        string Transcribe(ulong seed)
        {
            var link = new LinkOptions { Delay = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(10), Loss = 0.2 };
            var run = new Run(NatPresets.SymmetricRandom, NatPresets.FullCone, seed, link: link);
            run.LearnMappings();
            run.Punch(TimeSpan.Zero);
            return run.Simulator.Transcript.ToString();
        }

        Assert.Equal(Transcribe(21), Transcribe(21));
        Assert.NotEqual(Transcribe(21), Transcribe(22));
    }

    /// <summary>Two sites, 40 ms apart, and a server that each side asks for its mapping.</summary>
    private sealed class Run
    {
        private static readonly TransportAddress Server = TransportAddress.Parse("203.0.113.5:3478");

        private readonly Site _siteA;
        private readonly Site _siteB;
        private readonly byte _hopLimitOfA;
        private EchoMachine? _a;
        private EchoMachine? _b;
        private TransportAddress _mappedA = new(PublicA, Any.Port);
        private TransportAddress _mappedB = new(PublicB, Any.Port);

        public Run(string a, string b, ulong seed)
            : this(Find(a), Find(b), seed)
        {
        }

        public Run(NatPreset a, NatPreset b, ulong seed, byte hopLimitOfA = 0, LinkOptions? link = null)
        {
            link ??= new LinkOptions { Delay = TimeSpan.FromMilliseconds(20) };
            Simulator = new Simulator(seed);
            _hopLimitOfA = hopLimitOfA;
            _siteA = a.Attach(Simulator.Network, "a", PublicA, link, seed);
            _siteB = b.Attach(Simulator.Network, "b", PublicB, link, seed + 1);
            A = Simulator.Start(_siteA.Host, [Any], Instant.Zero, now => _a = new EchoMachine(Any, null, default, now, _hopLimitOfA));
            B = Simulator.Start(_siteB.Host, [Any], Instant.Zero, now => _b = new EchoMachine(Any, null, default, now));
        }

        public Simulator Simulator { get; }

        public SimulatedMachine<EchoEvent> A { get; }

        public SimulatedMachine<EchoEvent> B { get; }

        public void LearnMappings()
        {
            Node server = Simulator.Network.AddHost("server", Simulator.Network.Internet, [Server.Host], new LinkOptions());
            Simulator.Start(server, [Server], Instant.Zero, now => new EchoMachine(Server, null, default, now), (e, _, _) =>
            {
                if (e.From.Host == PublicA) { _mappedA = e.From; }
                else { _mappedB = e.From; }
            });
            Simulator.Schedule(Simulator.Now, _ => _a!.Ping(Server));
            Simulator.Schedule(Simulator.Now, _ => _b!.Ping(Server));
            Simulator.RunUntil(Simulator.Now + TimeSpan.FromMilliseconds(200));
        }

        /// <summary>Each side pings the other 20 times, 50 ms apart; true when both heard the other.</summary>
        public bool Punch(TimeSpan skew)
        {
            Instant start = Simulator.Now + TimeSpan.FromMilliseconds(1);
            for (int i = 0; i < 20; i++)
            {
                Instant at = start + TimeSpan.FromMilliseconds(50 * i);
                Simulator.Schedule(at, _ => _a!.Ping(_mappedB));
                Simulator.Schedule(at + skew, _ => _b!.Ping(_mappedA));
            }

            return Simulator.RunUntil(() => HasHeard(A, PublicB) && HasHeard(B, PublicA), start + TimeSpan.FromSeconds(2));
        }

        private static bool HasHeard(SimulatedMachine<EchoEvent> machine, HostAddress peer) =>
            machine.Events.Any(e => e.Event.From.Host == peer);

        private static NatPreset Find(string name) =>
            AccessKinds.TryFind(name, out AccessKind kind) ? NatPresets.Of(kind) : throw new ArgumentException($"no preset {name}");
    }
}
