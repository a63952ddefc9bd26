using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

public sealed class MeetMatrixTests
{
    private static readonly double[] Gaps = [0, 3, 12, 40, 150, 700, 5_000, 60_000];

    public static TheoryData<string, string> Punchable => MeetCells.Punchable();

    public static TheoryData<string, string> Hopeless => MeetCells.Hopeless();

    [Theory]
    [MemberData(nameof(Punchable))]
    public void Every_pair_that_needs_no_guess_opens_in_every_start_order_and_gap(string a, string b)
    {
        ulong seed = 0;
        foreach (double gap in Gaps)
        {
            var options = new MeetPairOptions { Seed = ++seed, Gap = TimeSpan.FromMilliseconds(gap) };
            MeetPair pair = MeetPair.Of(a, b, options);
            pair.Run(options.Gap);

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), $"{a} and {b} open within 5 s");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    public void Two_routers_that_early_packets_spoil_open_also_when_one_router_lies_between(double roundTrip)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var pair = new MeetPair(new MeetPairOptions
            {
                Seed = seed,
                RoundTrip = TimeSpan.FromMilliseconds(roundTrip),
                Link = new LinkOptions { Hops = 1 },
            });
            Network network = pair.Simulator.Network;
            NatPreset linux = MeetPair.Preset("linux");
            Site a = linux.Attach(network, "a", HostAddress.Parse("198.51.100.1"), pair.Link, seed);
            Site b = linux.Attach(network, "b", HostAddress.Parse("203.0.113.2"), pair.Link with { Hops = 0 }, seed + 1);
            pair.A = pair.Start("a", a.Host, MeetPair.LocalA, Instant.Zero);
            pair.B = pair.Start("b", b.Host, MeetPair.LocalB, Instant.At(TimeSpan.FromSeconds(1)));
            pair.Run(TimeSpan.FromSeconds(1));

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "they open");
        }
    }

    [Theory]
    [MemberData(nameof(Punchable))]
    public void A_side_that_joins_a_waiting_one_has_its_proof_two_round_trips_later(string a, string b)
    {
        var options = new MeetPairOptions { Seed = 5 };
        MeetPair pair = MeetPair.Of(a, b, options);
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), $"{a} and {b} open");

        Instant start = Instant.At(options.Gap);
        TimeSpan joiner = MeetPair.When(pair.B, SessionEventKind.Opened)!.Value - start;
        TimeSpan waiter = MeetPair.When(pair.A, SessionEventKind.Opened)!.Value - start;
        TimeSpan slack = TimeSpan.FromMilliseconds(30);
        pair.Claim(joiner <= (options.RoundTrip * 2) + slack, $"the joiner after {joiner.TotalMilliseconds} ms");
        pair.Claim(waiter <= (options.RoundTrip * 2.5) + slack, $"the one who waits after {waiter.TotalMilliseconds} ms");
    }

    [Theory]
    [MemberData(nameof(Hopeless))]
    public void Every_other_pair_ends_within_its_patience_and_says_that_there_was_no_path(string a, string b)
    {
        var options = new MeetPairOptions { Seed = 9 };
        MeetPair pair = MeetPair.Of(a, b, options);

        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromMinutes(2)));

        pair.Claim(pair.AreEnded, "both have ended");
        foreach (var machine in new[] { pair.A, pair.B })
        {
            SessionOutcome outcome = pair.Session(machine).Outcome;
            pair.Claim(outcome.Result == SessionResult.NoPath, $"{machine.Host}: {outcome}");
            pair.Claim(outcome.Tried > 0 && outcome.Rounds > 0, $"{machine.Host}: {outcome}");
            pair.Claim(MeetPair.When(machine, SessionEventKind.Ended) <= Instant.At(options.Gap + TimeSpan.FromSeconds(35)), "in time");
            pair.Claim(machine.Events[^1].Event.Kind == SessionEventKind.Ended, "the end is the last event");
        }
    }
}
