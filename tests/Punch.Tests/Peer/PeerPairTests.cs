using Punch.Protocol;
using Punch.Protocol.Peer;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Peer;

/// <summary>The session over every pair of networks in virtual time. The lab runs the same cells with real processes.</summary>
public sealed class PeerPairTests
{
    private static readonly string[] KeepsPort = ["open", "firewall", "full-cone-preserving", "port-preserving", "linux"];
    private static readonly string[] AdmitsOtherPorts = ["open", "full-cone-preserving"];
    private static readonly double[] Gaps = [0, 0.01, 0.3, 1, 7, 60];

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
            foreach (NatPreset b in NatPresets.All.Where(b => IsReachable(a.Name, b.Name, isEarlyPacketMet: false))) { pairs.Add(a.Name, b.Name); }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_known_address_reaches_exactly_the_pairs_it_can(string a, string b)
    {
        foreach (double gap in Gaps)
        {
            for (ulong seed = 1; seed <= 5; seed++)
            {
                var pair = Pair(a, b, new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(gap), Deadline = TimeSpan.FromSeconds(20 + gap) });
                pair.RunToEnd();

                bool isEarlyPacketMet = b == "linux" && gap > 0.025;
                Verdict expected = IsReachable(a, b, isEarlyPacketMet) ? Verdict.TwoWay : Verdict.Nothing;
                pair.Claim(pair.SessionA.Verdict == expected, $"{a} and {b}: A shows {pair.SessionA.Verdict}, expected {expected}");
                pair.Claim(pair.SessionB.Verdict == expected, $"{a} and {b}: B shows {pair.SessionB.Verdict}, expected {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ReachablePairs))]
    public void Loss_duplication_and_reordering_delay_the_proof_and_both_sides_end_with_the_same_verdict(string a, string b)
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var random = new SplitMix64(seed);
            double gap = a == "linux" || b == "linux" ? 0 : Gaps[random.NextInt(Gaps.Length)];
            var link = new LinkOptions
            {
                Loss = random.NextDouble() * 0.16, // each way crosses two links: 0.84² leaves 30 % loss
                Duplication = random.NextDouble() * 0.2,
                Reordering = random.NextDouble() * 0.2,
                Jitter = TimeSpan.FromMilliseconds(random.NextInt(10)),
            };
            var pair = Pair(a, b, new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(gap), Link = link, Deadline = TimeSpan.FromSeconds(80) });

            pair.RunToEnd();

            bool mayClash = a == "linux" || b == "linux";
            pair.Claim(pair.SessionA.Verdict == pair.SessionB.Verdict, $"{a} and {b}: {pair.SessionA.Verdict} and {pair.SessionB.Verdict}, loss {link.Loss:P0}");
            pair.Claim(mayClash || pair.SessionA.Verdict == Verdict.TwoWay, $"{a} and {b}: {pair.SessionA.Verdict}, loss {link.Loss:P0}");
        }
    }

    [Theory]
    [MemberData(nameof(ReachablePairs))]
    public void The_later_side_has_its_proof_after_one_round_trip_and_the_other_half_a_round_trip_after(string a, string b)
    {
        double[] gaps = a == "linux" || b == "linux" ? [0.001] : [0.001, 1, 10];
        foreach (double gap in gaps)
        {
            var pair = Pair(a, b, new PairOptions { Seed = 7, Gap = TimeSpan.FromSeconds(gap) });
            pair.RunToEnd();

            // Whose port its NAT moved can't be reached before it sends: when that one is the early side, its next message is waited for.
            bool isMovedEarly = !KeepsPort.Contains(a) && gap > 0.5;
            double slack = isMovedEarly ? 1 / 0.05 : !KeepsPort.Contains(a) || !KeepsPort.Contains(b) ? 0.55 : 0.05;
            pair.Claim(pair.RoundTripsToProof(pair.B) <= 1 + slack, $"B after {pair.RoundTripsToProof(pair.B):F2}");
            pair.Claim(pair.RoundTripsToProof(pair.A) <= 1.5 + slack, $"A after {pair.RoundTripsToProof(pair.A):F2}");
            pair.Claim(isMovedEarly || Math.Max(pair.RoundTripsToEnd(pair.A), pair.RoundTripsToEnd(pair.B)) <= 2.5, "both are gone within two and a half round trips");
        }
    }

    [Fact]
    public void Thousands_of_lossy_runs_open_soon_and_end_alike()
    {
        double[] exits = new double[2000];
        for (int i = 0; i < exits.Length; i++)
        {
            ulong seed = (ulong)i + 1;
            var link = new LinkOptions { Loss = 1 - Math.Sqrt(0.9) };
            var pair = Pair("port-preserving", "port-preserving", new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(i % 2), Link = link });
            pair.RunToEnd();

            pair.Claim((pair.SessionA.Verdict, pair.SessionB.Verdict) == (Verdict.TwoWay, Verdict.TwoWay), "both prove the path at 10 % loss");
            exits[i] = Math.Max(pair.RoundTripsToEnd(pair.A), pair.RoundTripsToEnd(pair.B));
        }

        Array.Sort(exits);
        Assert.InRange(exits[exits.Length / 2], 1, 4);
    }

    [Fact]
    public void A_third_of_all_datagrams_lost_never_keeps_two_sides_apart()
    {
        for (ulong seed = 1; seed <= 2000; seed++)
        {
            var link = new LinkOptions { Loss = 1 - Math.Sqrt(0.7) };
            var pair = Pair("port-preserving", "firewall", new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(seed % 3), Link = link });
            pair.RunToEnd();

            pair.Claim((pair.SessionA.Verdict, pair.SessionB.Verdict) == (Verdict.TwoWay, Verdict.TwoWay), $"{pair.SessionA.Verdict} and {pair.SessionB.Verdict}");
        }
    }

    [Fact]
    public void Both_sides_of_a_counted_check_end_though_their_counts_fill_at_different_times()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            var pair = Pair("port-preserving", "open", new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(1), Count = 5, Deadline = null });
            pair.RunToEnd();

            pair.Claim(pair.AreEnded, "both ended without a deadline");
            pair.Claim(Math.Max(pair.SessionA.Statistics.Answered, pair.SessionB.Statistics.Answered) >= 5, "one side counted five");
            pair.Claim(Math.Min(pair.SessionA.Statistics.Answered, pair.SessionB.Statistics.Answered) >= 2, "the other was not far behind");
        }
    }

    [Fact]
    public void A_killed_and_restarted_side_is_met_again_within_a_second_and_a_round_trip()
    {
        for (ulong seed = 1; seed <= 100; seed++)
        {
            var pair = Pair("port-preserving", "port-preserving", new PairOptions { Seed = seed, Count = null, Deadline = null });
            pair.Simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(5)));
            pair.B.Stop();
            Instant restart = Instant.At(TimeSpan.FromSeconds(5 + (seed % 20)));
            pair.B.Restart(restart);

            bool isOpen = pair.Simulator.RunUntil(
                () => pair.Simulator.Now > restart && pair.AreOpen && pair.B.Events.Count(e => e.Event.Kind == PeerEventKind.Opened) == 2,
                restart + TimeSpan.FromSeconds(1.1));

            pair.Claim(isOpen, "open again");
            pair.Simulator.RunUntil(restart + TimeSpan.FromSeconds(2));
            pair.Claim(pair.A.Events.Count(e => e.Event.Kind == PeerEventKind.Opened) == 2, "the side that stayed said so, too");
        }
    }

    [Fact]
    public void A_path_whose_nat_forgot_everything_opens_again()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var pair = Pair("port-preserving", "port-restricted-at-home", new PairOptions { Seed = seed, Count = null, Deadline = null });
            pair.Simulator.RunUntil(() => pair.AreOpen, Instant.At(TimeSpan.FromSeconds(5)));
            pair.Claim(pair.AreOpen, "open at first");

            Instant outage = Instant.At(TimeSpan.FromSeconds(10));
            pair.Simulator.Schedule(outage, now => (pair.SiteA.Router.Middlebox as Nat)?.Reboot(now));
            pair.Simulator.RunUntil(outage + TimeSpan.FromSeconds(20));

            pair.Claim(pair.AreOpen, "open again");
            pair.Claim(pair.SessionA.Statistics.RoundTrips.Count > 5, "and in use");
        }
    }

    [Fact]
    public void An_open_path_settles_on_one_address_where_both_families_work()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var rig = new DualStackPair(seed);
            rig.Simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(30)));

            rig.Simulator.Check(rig.A.Path!.Value.Host.IsV6 == rig.B.Path!.Value.Host.IsV6, "both send over the same family");
            int moves = rig.MachineA.Events.Count(e => e.Event.Kind == PeerEventKind.Moved) + rig.MachineB.Events.Count(e => e.Event.Kind == PeerEventKind.Moved);
            rig.Simulator.Check(moves <= 1, $"{moves} moves");
        }
    }

    [Fact]
    public void A_run_is_the_same_from_the_same_seed()
    {
        string Transcribe(ulong seed)
        {
            var link = new LinkOptions { Loss = 0.1, Jitter = TimeSpan.FromMilliseconds(5) };
            return Pair("full-cone", "open", new PairOptions { Seed = seed, Link = link }).RunToEnd().Simulator.Transcript.ToString();
        }

        Assert.Equal(Transcribe(5), Transcribe(5));
        Assert.NotEqual(Transcribe(5), Transcribe(6));
    }

    /// <summary>
    /// Packets to the usual port arrive where both NATs keep it. A side that moves its port is met only where the other lets it in from
    /// there. A Linux router that met the peer's packet first moves the port, too (nat-traversal 3.4).
    /// </summary>
    private static bool IsReachable(string a, string b, bool isEarlyPacketMet)
    {
        bool keepsA = KeepsPort.Contains(a);
        bool keepsB = KeepsPort.Contains(b) && !isEarlyPacketMet;
        return (keepsA && keepsB) || (keepsA && Admits(a)) || (keepsB && Admits(b));
    }

    private static bool Admits(string name) => AdmitsOtherPorts.Contains(name);

    private static PeerPair Pair(string a, string b, PairOptions options) => new(Find(a), Find(b), options);

    private static NatPreset Find(string name) => name == "port-restricted-at-home" ? NatPresets.PortPreserving
        : NatPresets.TryFind(name, out NatPreset? preset) ? preset : throw new ArgumentException($"no preset {name}");
}
