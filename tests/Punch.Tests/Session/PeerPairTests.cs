using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>The session over every pair of networks in virtual time. The lab runs the same cells with real processes.</summary>
public sealed class PeerPairTests
{
    private static readonly string[] KeepsPort = ["open", "firewall", "full-cone-preserving", "port-preserving", "linux"];
    private static readonly string[] AdmitsOtherPorts = ["open", "full-cone-preserving"];
    private static readonly double[] Gaps = [0, 0.3, 7, 60];

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (NatPreset a in NatPresets.All)
        {
            foreach (NatPreset b in NatPresets.All) { pairs.Add(a.Name, b.Name); }
        }

        return pairs;
    }

    public static TheoryData<string, string> ReachablePairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (NatPreset a in NatPresets.All)
        {
            foreach (NatPreset b in NatPresets.All.Where(b => IsReachable(a.Name, b.Name))) { pairs.Add(a.Name, b.Name); }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_known_address_reaches_exactly_the_pairs_it_can(string a, string b)
    {
        foreach (double gap in Gaps)
        {
            for (ulong seed = 1; seed <= 2; seed++)
            {
                var pair = PeerPair.Of(a, b, new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(gap), Deadline = TimeSpan.FromSeconds(20 + gap) });
                pair.RunToEnd();

                Verdict expected = IsReachable(a, b) ? Verdict.TwoWay : Verdict.Nothing;
                pair.Claim(pair.SessionA.Verdict == expected, $"{a} and {b}: A shows {pair.SessionA.Verdict}, expected {expected}");
                pair.Claim(pair.SessionB.Verdict == expected, $"{a} and {b}: B shows {pair.SessionB.Verdict}, expected {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ReachablePairs))]
    public void Loss_duplication_and_reordering_delay_the_proof_and_both_sides_end_with_the_same_verdict(string a, string b)
    {
        for (ulong seed = 1; seed <= 15; seed++)
        {
            var random = new SplitMix64(seed);
            double gap = Gaps[random.NextInt(Gaps.Length)];
            var link = new LinkOptions
            {
                Loss = random.NextDouble() * 0.16, // each way crosses two links: 0.84² leaves 30 % loss
                Duplication = random.NextDouble() * 0.2,
                Reordering = random.NextDouble() * 0.2,
                Jitter = TimeSpan.FromMilliseconds(random.NextInt(10)),
            };
            var pair = PeerPair.Of(a, b, new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(gap), Link = link, Deadline = TimeSpan.FromSeconds(gap + 60) });

            pair.RunToEnd();

            pair.Claim(pair.SessionA.Verdict == pair.SessionB.Verdict, $"{a} and {b}: {pair.SessionA.Verdict} and {pair.SessionB.Verdict}, loss {link.Loss:P0}");
            pair.Claim(pair.SessionA.Verdict == Verdict.TwoWay, $"{a} and {b}: {pair.SessionA.Verdict}, loss {link.Loss:P0}");
        }
    }

    [Theory]
    [MemberData(nameof(ReachablePairs))]
    public void The_later_side_has_its_proof_after_one_round_trip_and_the_other_half_a_round_trip_after(string a, string b)
    {
        double[] gaps = a == "linux" || b == "linux" ? [0.001] : [0.001, 1, 10];
        foreach (double gap in gaps)
        {
            var pair = PeerPair.Of(a, b, new PairOptions { Seed = 7, Gap = TimeSpan.FromSeconds(gap) });
            pair.RunToEnd();

            // A side with a moved port can't be reached before it sends. If it is the early side, the peer waits for its next message.
            bool isMovedEarly = !KeepsPort.Contains(a) && gap > 0.5;
            double slack = isMovedEarly ? 1 / 0.05 : !KeepsPort.Contains(a) || !KeepsPort.Contains(b) ? 0.55 : 0.05;
            pair.Claim(pair.RoundTripsToProof(pair.B) <= 1 + slack, $"B after {pair.RoundTripsToProof(pair.B):F2}");
            pair.Claim(pair.RoundTripsToProof(pair.A) <= 1.5 + slack, $"A after {pair.RoundTripsToProof(pair.A):F2}");
            pair.Claim(isMovedEarly || Math.Max(pair.RoundTripsToEnd(pair.A), pair.RoundTripsToEnd(pair.B)) <= 2.5, "both are gone within two and a half round trips");
        }
    }

    [Fact]
    public void A_run_is_the_same_from_the_same_seed()
    {
        string Transcribe(ulong seed)
        {
            var link = new LinkOptions { Loss = 0.1, Jitter = TimeSpan.FromMilliseconds(5) };
            return PeerPair.Of("full-cone", "open", new PairOptions { Seed = seed, Link = link }).RunToEnd().Simulator.Transcript.ToString();
        }

        Assert.Equal(Transcribe(5), Transcribe(5));
        Assert.NotEqual(Transcribe(5), Transcribe(6));
    }

    /// <summary>
    /// Packets to the usual port arrive if both NATs keep it. A side that moves its port is met only if the other lets it in from there.
    /// Clock slots spare Linux routers the early packets that would make them move it.
    /// </summary>
    private static bool IsReachable(string a, string b)
    {
        bool keepsA = KeepsPort.Contains(a);
        bool keepsB = KeepsPort.Contains(b);
        return (keepsA && keepsB) || (keepsA && Admits(a)) || (keepsB && Admits(b));
    }

    private static bool Admits(string name) => AdmitsOtherPorts.Contains(name);
}
