using Punch.Tests.Frames;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>The room of two who meet is another one each day. Who is right about the day pays nothing for it.</summary>
public sealed class MeetDayTests
{
    private const uint Today = 20779;
    private static readonly DateTimeOffset Midnight = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_join_names_the_day_and_the_room_of_it()
    {
        using MeetingKeys keys = MeetingRig.Keys();
        using var rig = new AgentRig();

        Assert.Equal((Today, keys.RoomOn(Today)), rig.RoomOfLastJoin());
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(Today - 365)]
    [InlineData(uint.MaxValue)]
    public void Who_is_told_another_day_asks_for_its_room_at_once_and_stays_with_it(uint day)
    {
        using MeetingKeys keys = MeetingRig.Keys();
        using var rig = new AgentRig();

        rig.AnswerDay(day);

        Assert.Equal((day, keys.RoomOn(day)), rig.RoomOfLastJoin());
        rig.Answer();
        rig.Advance(19_000);
        Assert.Equal((day, keys.RoomOn(day)), rig.RoomOfLastJoin());
        Assert.Contains(rig.Events, e => e.Kind == SessionEventKind.Waiting);
    }

    [Fact]
    public void A_server_that_says_another_day_each_time_causes_few_joins()
    {
        using var rig = new AgentRig();
        for (uint i = 0; i < 6_000; i++)
        {
            rig.AnswerDay(i);
            rig.Advance(10);
        }

        Assert.InRange(rig.Sent.Count(sent => JoinRequest.IsLikely(sent.Bytes)), 30, 100);
    }

    [Theory]
    [InlineData(60)] // half a minute after midnight: the one who waits has asked again by then
    [InlineData(30.5)] // half a second after it
    [InlineData(29.5)] // half a second before it
    public void One_who_waits_over_midnight_is_found_by_one_who_comes_around_it(double gap)
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            var options = new MeetPairOptions { Seed = seed, WallClock = Midnight.AddSeconds(-30), Gap = TimeSpan.FromSeconds(gap) };
            MeetPair pair = MeetPair.Of("linux", "port-restricted", options);
            pair.Run(options.Gap);

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(gap > 45 ? 1 : 20)), "both are open");
        }
    }

    [Fact]
    public void Two_who_are_together_notice_nothing_of_midnight_and_meet_after_it()
    {
        var options = new MeetPairOptions { Seed = 1, WallClock = Midnight.AddSeconds(-30) };
        MeetPair pair = MeetPair.Of("linux", "port-restricted", options);
        pair.Run(TimeSpan.FromSeconds(120));

        SessionEventKind[] bad = [SessionEventKind.Closed, SessionEventKind.Suspected, SessionEventKind.ServerRefused, SessionEventKind.ServerSilent];
        pair.Claim(pair.AreOpen && !pair.A.Events.Concat(pair.B.Events).Any(e => bad.Contains(e.Event.Kind)), "nothing happened");

        pair.A.Stop();
        pair.B.Stop();
        pair.A.Restart(pair.Simulator.Now);
        pair.B.Restart(pair.Simulator.Now);
        pair.Run(TimeSpan.FromMilliseconds(1));
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "both meet again");
    }

    [Theory]
    [InlineData(365, 0)]
    [InlineData(0, -365)]
    [InlineData(-1, 1)]
    [InlineData(-20779, 365)]
    public void Wrong_clocks_cost_a_round_trip(int daysA, int daysB)
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            var options = new MeetPairOptions
            {
                Seed = seed,
                AdjustA = each => each with { WallClock = each.WallClock.AddDays(daysA) },
                AdjustB = each => each with { WallClock = each.WallClock.AddDays(daysB) },
            };
            MeetPair pair = MeetPair.Of("linux", "port-restricted", options);
            pair.Run(options.Gap + (options.RoundTrip * 1.01));
            pair.Claim(MeetPair.When(pair.B, SessionEventKind.PeerFound) is null == (daysB != 0), "who is right finds the peer in one round trip");
            pair.Run(options.RoundTrip * 1.01);
            pair.Claim(MeetPair.When(pair.B, SessionEventKind.PeerFound) is not null, "who is wrong in two");

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(1)), "both are open");
        }
    }

    [Fact]
    public void A_wrong_clock_meets_over_the_midnight_of_the_server_and_over_its_own()
    {
        var options = new MeetPairOptions
        {
            Seed = 2,
            WallClock = Midnight.AddSeconds(-100),
            Gap = TimeSpan.FromSeconds(200),
            AdjustA = each => each with { WallClock = each.WallClock.AddSeconds(50) },
        };
        MeetPair pair = MeetPair.Of("linux", "port-restricted", options);
        pair.Run(TimeSpan.FromSeconds(200));

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(1)), "both are open");
    }
}
