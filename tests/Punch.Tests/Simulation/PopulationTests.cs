using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

/// <summary>Ten thousand hosts in one network, as a server on the Internet has.</summary>
public sealed class PopulationTests
{
    private const int Pairs = 5_000;
    private static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:6311");
    private static readonly TransportAddress Server = TransportAddress.Parse("203.0.113.5:3478");
    private static readonly LinkOptions Uplink = new() { Delay = TimeSpan.FromMilliseconds(20) };

    private readonly Simulator _simulator = new(1, keepsTranscript: false);

    [Fact]
    public void Five_thousand_pairs_meet_by_one_server_and_punch_as_theory_says()
    {
        Node host = _simulator.Network.AddHost("server", _simulator.Network.Internet, [Server.Host], new LinkOptions());
        SimulatedMachine<EchoEvent> server = _simulator.Start(host, [Server], Instant.Zero, _ => new MeetingPoint(Server));
        Pair[] pairs = [.. Enumerable.Range(0, Pairs).Select(Place)];

        _simulator.RunUntil(NatRig.At(6));

        Assert.Equal((2 * Pairs, 2 * Pairs), (server.ReceivedCount, server.SentCount));
        Assert.All(pairs, pair => Assert.Equal((Guest.Requests, Guest.Requests), (Unprompted(pair.A), Unprompted(pair.B))));
        Assert.Equal(pairs.Where(pair => PunchingTheory.IsPunchable(pair.KindA, pair.KindB)), pairs.Where(pair => pair.HasPunched));
    }

    private static long Unprompted(SimulatedMachine<EchoEvent> guest) =>
        guest.SentCount - guest.Events.Count(e => e.Event.Text.StartsWith("ping", StringComparison.Ordinal));

    private Pair Place(int number)
    {
        IReadOnlyList<NatPreset> kinds = NatPresets.All;
        NatPreset a = kinds[number % kinds.Count];
        NatPreset b = kinds[number / kinds.Count % kinds.Count];
        return new Pair(a.Name, b.Name, Start(a, 2 * number, number), Start(b, (2 * number) + 1, number));
    }

    private SimulatedMachine<EchoEvent> Start(NatPreset kind, int number, int pair)
    {
        HostAddress address = HostAddress.FromBytes([11, 0, (byte)(number >> 8), (byte)(number & 0xFF)]);
        Site site = kind.Attach(_simulator.Network, $"host{number}", address, Uplink, (ulong)number);
        Instant at = Instant.At(TimeSpan.FromMilliseconds(pair));
        return _simulator.Start(site.Host, [Local], at, now => new Guest(Local, Server, pair, now));
    }

    private sealed record Pair(string KindA, string KindB, SimulatedMachine<EchoEvent> A, SimulatedMachine<EchoEvent> B)
    {
        public bool HasPunched => A.EventCount > 0 && B.EventCount > 0;
    }
}
