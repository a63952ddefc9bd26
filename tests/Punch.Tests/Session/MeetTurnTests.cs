using Punch.Protocol.Turn;
using Punch.Serving.Relay;
using Punch.Simulation;
using Punch.Simulation.Scenarios;
using Punch.Tests.Turn;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>A TURN server of one side or of both: the last way, and never the first. The rendezvous server relays nothing.</summary>
public sealed class MeetTurnTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);

    public static TheoryData<string, string> Punchable => MeetCells.Punchable();

    public static TheoryData<string, string> Hopeless => MeetCells.Hopeless();

    [Theory]
    [MemberData(nameof(Hopeless))]
    public void A_pair_without_a_direct_path_is_relayed_by_the_TURN_server_of_one_side(string a, string b)
    {
        foreach (double gap in (double[])[0, 40, 2_000])
        {
            MeetPair pair = MeetPair.Of(a, b, Options(seed: 3, gap) with { Count = 3, AdjustA = WithTurn() });
            TurnServerModel turn = pair.AddTurn();

            pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromSeconds(30)));

            foreach (var machine in new[] { pair.A, pair.B })
            {
                pair.Claim(pair.Session(machine).Outcome.Result == SessionResult.Proven, $"{machine.Host}: {pair.Session(machine).Outcome}");
                pair.Claim(machine.WasRelayed(), $"{machine.Host} is told that the path is relayed");
                TimeSpan sinceFound = MeetPair.When(machine, SessionEventKind.Opened)!.Value - MeetPair.When(machine, SessionEventKind.PeerFound)!.Value;
                pair.Claim(sinceFound >= TimeSpan.FromSeconds(0.8), $"{machine.Host} tries direct paths first, for {sinceFound}");
                TimeSpan most = TimeSpan.FromSeconds(1) + (RoundTrip * 4) + TimeSpan.FromMilliseconds(100);
                pair.Claim(sinceFound <= most, $"{machine.Host} is relayed after {sinceFound}");
            }

            pair.Run(TimeSpan.FromSeconds(1));
            pair.Claim(turn.AllocationCount == 0, "the address is given up at the end");
        }
    }

    [Theory]
    [MemberData(nameof(Hopeless))]
    public void Two_sides_with_a_TURN_server_are_relayed(string a, string b)
    {
        MeetPair pair = MeetPair.Of(a, b, Options(seed: 5, 40) with { Count = 3, AdjustA = WithTurn(), AdjustB = WithTurn() });
        pair.AddTurn();

        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromSeconds(30)));

        pair.Claim(pair.Session(pair.A).Outcome.Result == SessionResult.Proven && pair.Session(pair.B).Outcome.Result == SessionResult.Proven, "proven");
    }

    [Theory]
    [MemberData(nameof(Punchable))]
    public void A_pair_that_can_be_direct_is_never_relayed(string a, string b)
    {
        foreach (double gap in (double[])[0, 700])
        {
            MeetPair pair = MeetPair.Of(a, b, Options(seed: 6, gap) with { AdjustA = WithTurn() });
            pair.AddTurn();

            pair.Run(TimeSpan.FromMilliseconds(gap) + TimeSpan.FromSeconds(10));

            pair.Claim(pair.AreOpen, $"{a} and {b} are open");
            pair.Claim(!pair.A.WasRelayed() && !pair.B.WasRelayed(), "directly all the time");
        }
    }

    [Fact]
    public void The_server_takes_over_within_a_second_when_the_direct_path_dies_and_gives_it_back()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            bool isBlocked = false;
            Blocked(seed, () => isBlocked, TimeSpan.FromMilliseconds(100)).ClaimTakeover(block => isBlocked = block);
        }
    }

    [Fact]
    public void A_relayed_path_uses_a_channel_and_lasts_for_half_an_hour()
    {
        MeetPair pair = Blocked(seed: 7, () => true, TimeSpan.FromSeconds(5), out TurnServerModel turn);
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "open over the TURN server");

        // A direct path is looked for again and again, from fresh ports.
        (pair.A.MaxOpened, pair.B.MaxOpened) = (1_000, 1_000);
        pair.Run(TimeSpan.FromMinutes(30));

        pair.Claim(pair.AreOpen && MeetPair.When(pair.A, SessionEventKind.Closed) is null, "never closed");
        pair.Claim(turn.ChannelMessages > turn.Indications, $"{turn.ChannelMessages} in the channel, {turn.Indications} outside of it");
        pair.Claim(turn.Count(StunMethod.Allocate) == 1, "one allocation");
    }

    [Fact]
    public void A_TURN_server_that_was_restarted_relays_again_within_ten_seconds()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            MeetPair pair = Blocked(seed, () => true, TimeSpan.FromMilliseconds(200), out TurnServerModel turn);
            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "open over the TURN server");
            pair.Run(TimeSpan.FromSeconds(3));

            turn.Restart();
            Instant since = pair.Simulator.Now;

            bool isBack = pair.Simulator.RunUntil(() => pair.HeardSince(pair.A, since) && pair.HeardSince(pair.B, since), since + TimeSpan.FromSeconds(10));
            pair.Claim(isBack, "both hear each other again");
        }
    }

    [Fact]
    public void A_TURN_server_is_preferred_to_the_relay_of_the_rendezvous_server()
    {
        MeetPairOptions options = Options(seed: 8, 40) with { AdjustA = WithTurn(), Relay = new RelayOptions() };
        MeetPair pair = MeetPair.Of("symmetric-random", "symmetric-random", options);
        pair.AddTurn();

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "open");
        pair.Run(TimeSpan.FromSeconds(10));

        pair.Claim(pair.Session(pair.B).Path?.Remote.Host == MeetPair.Turn.Host, "by the TURN server");
        pair.Claim(pair.Session(pair.A).Path?.Remote.Transport == Transport.Turned, "on both sides");
    }

    [Fact]
    public void A_TURN_server_that_refuses_leaves_the_relay_of_the_rendezvous_server()
    {
        MeetPairOptions options = Options(seed: 9, 40) with { AdjustA = WithTurn("wrong"), Relay = new RelayOptions() };
        MeetPair pair = MeetPair.Of("symmetric-random", "symmetric-random", options);
        pair.AddTurn();

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "open");

        pair.Claim(pair.Session(pair.B).Path?.Remote == MeetPair.Server, "by the rendezvous server");
        pair.Claim(pair.A.Events.Count(e => e.Event is { Kind: SessionEventKind.TurnFailed, Code: StunErrorCode.Unauthenticated }) == 1, "told once");
    }

    [Fact]
    public void A_TURN_server_that_refuses_does_not_end_a_session_and_is_named_in_the_end()
    {
        MeetPair pair = MeetPair.Of("symmetric-random", "symmetric-random", Options(seed: 9, 40) with { AdjustA = WithTurn("wrong") });
        pair.AddTurn();

        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromMinutes(2)));

        pair.Claim(
            pair.Session(pair.A).Outcome is { Result: SessionResult.NoPath, TurnRefusal: StunErrorCode.Unauthenticated }, "no path, and why");
    }

    /// <summary>The TURN server has no room at first, and then the news of its address is lost once on its way to the peer.</summary>
    [Fact]
    public void A_peer_is_told_that_an_address_is_relayed_before_anything_comes_from_there()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            TurnServerModel? turn = null;
            bool isLost = false;
            MeetPair pair = MeetPair.Of("open", "open", Options(seed, 40) with
            {
                AdjustA = WithTurn(),
                Wrap = (side, session) => new LossyMachine<SessionEvent>(session, to =>
                {
                    bool isNews = side == 'a' && to.Host == MeetPair.Server.Host && turn!.AllocationCount > 0 && !isLost;
                    isLost |= isNews;
                    return isNews || (to.Host != MeetPair.Server.Host && to.Host != MeetPair.Turn.Host);
                }),
            });
            turn = pair.AddTurn();
            turn.Refuse(StunMethod.Allocate, 508);

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(8)), "open");

            pair.Claim(isLost, "the news was lost once");
            pair.Claim(pair.A.WasRelayed() && pair.B.WasRelayed(), "both are told that the path is relayed");
            pair.Claim(PairScenario.First(pair.B, SessionEventKind.Opened)!.Value.Event.IsRelayed, "B is told at once");
        }
    }

    /// <summary>One side has IPv4 alone and an account, the other IPv6 alone.</summary>
    [Fact]
    public void Two_sides_without_a_family_in_common_meet_by_a_TURN_server_that_has_both()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var pair = new MeetPair(Options(seed, 40));
            TurnServerModel turn = pair.AddTurn(MeetPair.TurnV6);
            Node a = pair.Simulator.Network.AddHost("a", pair.Simulator.Network.Internet, [HostAddress.Parse("198.51.100.7")], pair.Link);
            Node b = pair.Simulator.Network.AddHost("b", pair.Simulator.Network.Internet, [HostAddress.Parse("2001:db8:b::7")], pair.Link);
            pair.A = pair.Start("a", a, MeetPair.LocalA, Instant.Zero, WithTurn());
            pair.B = pair.Start("b", b, MeetPair.LocalB, Instant.Zero);

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "open");

            // A direct path is looked for again and again, from fresh ports.
            (pair.A.MaxOpened, pair.B.MaxOpened) = (1_000, 1_000);
            pair.Run(TimeSpan.FromMinutes(20));

            pair.Claim(pair.Session(pair.A).Path?.Remote is { Transport: Transport.Turned, Host.IsV6: true }, "by the TURN server, over IPv6");
            pair.Claim(pair.AreOpen && MeetPair.When(pair.A, SessionEventKind.Closed) is null, "never closed");
            pair.Claim(turn.Count(StunMethod.Allocate) == 1, "one allocation");
        }
    }

    [Fact]
    public void A_side_that_hides_its_address_is_reached_by_its_TURN_server_alone()
    {
        MeetPairOptions options = Options(seed: 11, 40) with
        {
            AdjustA = session => WithTurn()(session with { Target = (SessionTarget.Meeting)session.Target with { Relay = RelayPermission.Only } }),
        };
        MeetPair pair = MeetPair.Of("open", "open", options);
        pair.AddTurn();
        var places = new HashSet<HostAddress>();
        pair.Simulator.Network.Observer += step =>
        {
            if (step.Kind == StepKind.Sent && step.Where == pair.SiteA.Host) { places.Add(step.Before.Destination.Host); }
        };

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "open");
        pair.Run(TimeSpan.FromSeconds(20));

        pair.Claim(pair.Session(pair.A).Path?.Remote.Transport == Transport.Turned, "over the TURN server");
        pair.Claim(places.SetEquals([MeetPair.Server.Host, MeetPair.Turn.Host]), $"A sent to {string.Join(", ", places)}");
    }

    [Fact]
    public void A_side_that_wants_a_direct_path_does_not_take_the_address_of_the_peers_TURN_server()
    {
        MeetPairOptions options = Options(seed: 10, 40) with
        {
            AdjustA = WithTurn(),
            AdjustB = session => session with { Target = (SessionTarget.Meeting)session.Target with { Relay = RelayPermission.Never } },
        };
        MeetPair pair = MeetPair.Of("symmetric-random", "symmetric-random", options);
        pair.AddTurn();

        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromMinutes(2)));

        pair.Claim(!pair.A.Events.Concat(pair.B.Events).Any(e => e.Event.Kind == SessionEventKind.Opened), "nothing opened");
    }

    private static MeetPairOptions Options(ulong seed, double gap) =>
        new() { Seed = seed, Gap = TimeSpan.FromMilliseconds(gap), RoundTrip = RoundTrip };

    internal static Func<SessionOptions, SessionOptions> WithTurn(string password = "pass", TimeSpan? interval = null) => options => options with
    {
        Interval = interval ?? options.Interval,
        Target = (SessionTarget.Meeting)options.Target with
        {
            Turn = new TurnServer { Addresses = [MeetPair.Turn], User = "user", Password = System.Text.Encoding.UTF8.GetBytes(password) },
        },
    };

    private static MeetPair Blocked(ulong seed, Func<bool> isBlocked, TimeSpan interval) => Blocked(seed, isBlocked, interval, out _);

    private static MeetPair Blocked(ulong seed, Func<bool> isBlocked, TimeSpan interval, out TurnServerModel turn)
    {
        MeetPair pair = MeetPair.Of("linux", "port-restricted", Options(seed, 100) with
        {
            LosesDirect = isBlocked,
            AdjustA = WithTurn(interval: interval),
            AdjustB = options => options with { Interval = interval },
        });
        turn = pair.AddTurn();
        return pair;
    }
}
