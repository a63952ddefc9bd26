using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>Events in the long life of two sessions.</summary>
public sealed class PeerPairLifeTests
{
    [Fact]
    public void Both_sides_of_a_counted_check_end_though_their_counts_fill_at_different_times()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            var pair = PeerPair.Of("port-preserving", "open", new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(1), Count = 5, Deadline = null });
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
            var pair = PeerPair.Of("port-preserving", "port-preserving", new PairOptions { Seed = seed, Count = null, Deadline = null });
            pair.Simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(5)));
            pair.B.Stop();
            Instant restart = Instant.At(TimeSpan.FromSeconds(5 + (seed % 20)));
            pair.B.Restart(restart);

            bool isOpen = pair.Simulator.RunUntil(
                () => pair.Simulator.Now > restart && pair.AreOpen && pair.B.Events.Count(e => e.Event.Kind == SessionEventKind.Opened) == 2,
                restart + TimeSpan.FromSeconds(1.1));

            pair.Claim(isOpen, "open again");
            pair.Simulator.RunUntil(restart + TimeSpan.FromSeconds(2));
            pair.Claim(pair.A.Events.Count(e => e.Event.Kind == SessionEventKind.Opened) == 2, "the side that stayed said so, too");
        }
    }

    [Fact]
    public void A_path_opens_again_after_its_NAT_forgot_everything()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var pair = PeerPair.Of("port-preserving", "port-preserving", new PairOptions { Seed = seed, Count = null, Deadline = null });
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
        foreach (int seed in Enumerable.Range(1, 500).Concat([779, 1101, 1699, 1994]))
        {
            var rig = new DualStackPair((ulong)seed);
            rig.Simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(12)));

            rig.Simulator.Check(rig.A.Path!.Value.Remote.Host.IsV6 == rig.B.Path!.Value.Remote.Host.IsV6, "both send over the same family");
            int moves = rig.MachineA.Events.Count(e => e.Event.Kind == SessionEventKind.Moved) + rig.MachineB.Events.Count(e => e.Event.Kind == SessionEventKind.Moved);
            rig.Simulator.Check(moves <= 1, $"{moves} moves");
        }
    }
}
