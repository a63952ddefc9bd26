using Punch.Serving.Relay;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>A server that relays: the last way, and never the first.</summary>
public sealed class MeetRelayTests
{
    /// <summary>How long the direct paths alone are tried.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static TheoryData<string, string> Punchable => MeetCells.Punchable();

    public static TheoryData<string, string> Hopeless => MeetCells.Hopeless();

    [Theory]
    [MemberData(nameof(Hopeless))]
    public void A_pair_without_a_direct_path_is_relayed_a_second_after_both_know_each_other(string a, string b)
    {
        foreach ((double roundTrip, double gap) in ((double, double)[])[(50, 0), (50, 40), (50, 2_000), (200, 0), (200, 2_000)])
        {
            var options = new MeetPairOptions
            {
                Seed = 3,
                RoundTrip = TimeSpan.FromMilliseconds(roundTrip),
                Gap = TimeSpan.FromMilliseconds(gap),
                Relay = new RelayOptions(),
                Count = 3,
            };
            MeetPair pair = MeetPair.Of(a, b, options);

            pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromSeconds(30)));

            foreach (var machine in new[] { pair.A, pair.B })
            {
                pair.Claim(pair.Session(machine).Outcome.Result == SessionResult.Proven, $"{machine.Host}: {pair.Session(machine).Outcome}");
                pair.Claim(machine.WasRelayed(), $"{machine.Host} is told that the path is relayed");
                TimeSpan sinceFound = Opened(machine) - MeetPair.When(machine, SessionEventKind.PeerFound)!.Value;
                pair.Claim(sinceFound >= Patience, $"{machine.Host} tries direct paths first, for {sinceFound}");
                TimeSpan most = Patience + (options.RoundTrip * 1.5) + TimeSpan.FromMilliseconds(20);
                pair.Claim(sinceFound <= most, $"{machine.Host} is relayed after {sinceFound}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Punchable))]
    public void A_pair_that_can_be_direct_is_never_relayed(string a, string b)
    {
        ulong seed = 0;
        foreach (double gap in (double[])[0, 12, 700])
        {
            var options = new MeetPairOptions { Seed = ++seed, Gap = TimeSpan.FromMilliseconds(gap), Relay = new RelayOptions() };
            MeetPair pair = MeetPair.Of(a, b, options);

            pair.Run(options.Gap + TimeSpan.FromSeconds(10));

            pair.Claim(pair.AreOpen, $"{a} and {b} are open");
            pair.Claim(!pair.A.WasRelayed() && !pair.B.WasRelayed(), "directly all the time");
            foreach (var side in new[] { pair.A, pair.B })
            {
                bool isQuick = Opened(side) - MeetPair.When(side, SessionEventKind.PeerFound)!.Value < Patience / 2;
                pair.Claim(!isQuick || !side.TriesRelay(), $"{side.Host} does not try the relay");
            }
        }
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(75)]
    public void A_direct_path_that_appears_later_replaces_the_relay(double after)
    {
        bool isBlocked = true;
        MeetPair pair = Blocked(seed: 4, () => isBlocked);
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "open over the relay");
        pair.Run(TimeSpan.FromSeconds(after));
        isBlocked = false;

        bool isDirect = pair.Simulator.RunUntil(() => pair.IsDirect(), pair.Simulator.Now + TimeSpan.FromSeconds(62));

        pair.Claim(isDirect, "both moved to the direct path");
        pair.Claim(MeetPair.When(pair.A, SessionEventKind.Closed) is null, "the conversation went on");
    }

    [Fact]
    public void The_relay_takes_over_within_a_second_when_the_direct_path_of_a_conversation_dies_and_gives_it_back()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            bool isBlocked = false;
            Blocked(seed, () => isBlocked, TimeSpan.FromMilliseconds(100)).ClaimTakeover(block => isBlocked = block);
        }
    }

    [Fact]
    public void A_direct_path_that_dies_costs_a_conversation_no_more_than_the_messages_under_way()
    {
        TimeSpan interval = TimeSpan.FromMilliseconds(100);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            bool isBlocked = false;
            MeetPair pair = Blocked(seed, () => isBlocked, interval, count: 50);
            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)) && pair.IsDirect(), "open directly");
            pair.Run(TimeSpan.FromSeconds(2));
            isBlocked = true;
            double underWay = Math.Ceiling(pair.Options.RoundTrip / 2 / interval) + 1;

            pair.Simulator.RunUntil(() => pair.AreEnded, pair.Simulator.Now + TimeSpan.FromSeconds(30));

            pair.Claim(pair.AreEnded, "both have ended");
            foreach (var side in new[] { pair.A, pair.B })
            {
                SessionStatistics statistics = pair.Session(side).Statistics;
                pair.Claim(pair.Session(side).Outcome.Result == SessionResult.Proven, $"{side.Host}: {pair.Session(side).Outcome}");
                bool isLittle = statistics.Outbound.Lost <= underWay && statistics.Inbound.Lost <= underWay;
                pair.Claim(isLittle, $"{side.Host} lost {statistics.Outbound} and {statistics.Inbound}");
                pair.Claim(statistics.RoundTrips.Max <= TimeSpan.FromMilliseconds(250), $"{side.Host} measured {statistics.RoundTrips}");
            }
        }
    }

    [Fact]
    public void A_server_that_comes_back_relays_again_within_five_seconds()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            MeetPair pair = Blocked(seed, () => true, TimeSpan.FromMilliseconds(200));
            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "open over the relay");
            pair.Run(TimeSpan.FromSeconds(3));

            pair.RestartServer(TimeSpan.FromSeconds(1));
            Instant back = pair.Simulator.Now;

            bool isBack = pair.Simulator.RunUntil(() => pair.HeardSince(pair.A, back) && pair.HeardSince(pair.B, back), back + TimeSpan.FromSeconds(5));
            pair.Claim(isBack, "both hear each other again");
        }
    }

    [Fact]
    public void A_side_that_wants_a_direct_path_is_not_relayed_and_knows_that_it_could_be()
    {
        var options = new MeetPairOptions
        {
            Seed = 2,
            Relay = new RelayOptions(),
            AdjustA = session => session with { Target = (SessionTarget.Meeting)session.Target with { Relay = RelayPermission.Never } },
        };
        MeetPair pair = MeetPair.Of("symmetric-random", "symmetric-random", options);

        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromMinutes(2)));

        pair.Claim(pair.Session(pair.A).Outcome is { Result: SessionResult.NoPath, HasRelay: true }, "no path, but a relay");
        pair.Claim(!pair.A.Events.Concat(pair.B.Events).Any(e => e.Event.Kind == SessionEventKind.Opened), "nothing opened");
    }

    [Fact]
    public void A_side_that_wants_the_relay_alone_sends_nothing_to_the_peer_and_is_open_at_once()
    {
        var options = new MeetPairOptions
        {
            Seed = 2,
            Relay = new RelayOptions(),
            AdjustA = session => session with { Target = (SessionTarget.Meeting)session.Target with { Relay = RelayPermission.Only } },
        };
        MeetPair pair = MeetPair.Of("linux", "open", options);

        pair.Run(options.Gap + TimeSpan.FromSeconds(5));

        pair.Claim(pair.AreOpen && !pair.IsDirect(), "open over the relay");
        bool isHidden = pair.A.Events.Concat(pair.B.Events).All(
            e => e.Event.Kind != SessionEventKind.Trying || e.Event.Remote == MeetPair.Server);
        pair.Claim(isHidden, "only the relay is tried, by either side");
    }

    private static MeetPair Blocked(ulong seed, Func<bool> isBlocked, TimeSpan? interval = null, long? count = null)
    {
        SessionOptions Adjust(SessionOptions options) => interval is { } pause ? options with { Interval = pause } : options;
        return MeetPair.Of("linux", "port-restricted", new MeetPairOptions
        {
            Seed = seed,
            Gap = TimeSpan.FromMilliseconds(100),
            Relay = new RelayOptions(),
            Count = count,
            LosesDirect = isBlocked,
            AdjustA = Adjust,
            AdjustB = Adjust,
        });
    }

    private static Instant Opened(SimulatedMachine<SessionEvent> machine) => MeetPair.When(machine, SessionEventKind.Opened)!.Value;
}
