using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>A process that is killed says nothing to anybody. Another one with its code meets at once, whatever is left of it.</summary>
public sealed class MeetRestartTests
{
    private static readonly TransportAddress Elsewhere = TransportAddress.Parse("0.0.0.0:40777");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Killed_while_it_waits(bool isSamePort)
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            var pair = MeetPair.Of("linux", "port-restricted", new MeetPairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(10) });
            pair.Run(TimeSpan.FromSeconds(9.5));
            Kill(pair, isSamePort, isA: true);

            pair.Run(TimeSpan.FromSeconds(0.6));

            pair.Claim(pair.RunUntilOpen(Patience), "both are open");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Killed_while_it_waits_and_then_waits_for_long_again(bool isSamePort)
    {
        var pair = MeetPair.Of("linux", "port-restricted", new MeetPairOptions { Seed = 3, Gap = TimeSpan.FromSeconds(60) });
        pair.Run(TimeSpan.FromSeconds(5));
        Kill(pair, isSamePort, isA: true);
        pair.Run(TimeSpan.FromSeconds(54.9));
        pair.Claim(!pair.Session(pair.A).IsEnded, "it does not give up because of its own old seat");

        pair.Run(TimeSpan.FromSeconds(0.2));

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(2)), "both are open");
    }

    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 4)]
    [InlineData(true, 90)]
    [InlineData(false, 90)]
    public void Killed_in_session(bool isSamePort, double after)
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            MeetPair pair = Opened(seed, after);

            Kill(pair, isSamePort, isA: seed % 2 == 0);
            pair.Run(TimeSpan.FromMilliseconds(1));

            pair.Claim(pair.Simulator.RunUntil(() => AreOpenAnew(pair), pair.Simulator.Now + Patience), "both are open anew");
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Both_killed_in_session(bool isSamePortOfA, bool isSamePortOfB)
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            MeetPair pair = Opened(seed, 6);

            Kill(pair, isSamePortOfA, isA: true);
            Kill(pair, isSamePortOfB, isA: false);
            pair.Run(TimeSpan.FromMilliseconds(1));

            pair.Claim(pair.RunUntilOpen(Patience), "both are open");
        }
    }

    [Fact]
    public void Killed_in_session_with_loss_on_the_way()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var random = new SplitMix64(seed);
            var options = new MeetPairOptions { Seed = seed, Loses = () => random.NextInt(10) == 0 };
            MeetPair pair = Opened(seed, 6, options);

            Kill(pair, isSamePort: false, isA: true);
            pair.Run(TimeSpan.FromMilliseconds(1));

            bool isOpen = pair.Simulator.RunUntil(() => AreOpenAnew(pair), pair.Simulator.Now + (Patience * 2));
            pair.Claim(isOpen, "both are open anew");
        }
    }

    [Fact]
    public void What_was_said_to_a_killed_process_is_not_said_again_to_the_next()
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            MeetPair pair = Opened(seed, 6);
            Kill(pair, isSamePort: false, isA: true);
            pair.Run(TimeSpan.FromMilliseconds(1));
            pair.Claim(pair.Simulator.RunUntil(() => AreOpenAnew(pair), pair.Simulator.Now + Patience), "both are open anew");

            pair.Run(TimeSpan.FromSeconds(2));

            uint[] said = [.. pair.B.Events.Select(e => e.Event).Where(e => e.Kind == SessionEventKind.Sent).Select(e => e.Sequence).OfType<uint>()];
            pair.Claim(said.SequenceEqual(said.Order().Distinct()), "each message went out once, in order");
        }
    }

    [Fact]
    public void A_third_party_moves_nobody_who_is_there()
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            MeetPair pair = Opened(seed, 6);
            var third = pair.Start("third", pair.Simulator.Network.AddHost("third", pair.Simulator.Network.Internet, [HostAddress.Parse("198.51.100.77")], pair.Link), Elsewhere, pair.Simulator.Now);

            pair.Run(TimeSpan.FromSeconds(20));

            pair.Claim(pair.AreOpen && MeetPair.When(pair.A, SessionEventKind.Closed) is null, "nothing happens to the two");
            pair.Claim(pair.Session(third).Outcome.Result == SessionResult.ServerRefused, "the third is refused");
        }
    }

    [Fact]
    public void A_check_is_answered_by_a_join_and_a_flood_of_them_by_few()
    {
        using var rig = new AgentRig();
        rig.Answer();
        rig.Answer();
        rig.Advance(2_000);
        int joins = Joins(rig);

        rig.ReceiveCheck();
        Assert.Equal(joins + 1, Joins(rig));
        rig.Answer();

        for (int i = 0; i < 1_000; i++)
        {
            rig.ReceiveCheck();
            rig.Answer();
            rig.Advance(10);
        }

        Assert.InRange(Joins(rig) - joins, 15, 30);
    }

    private static int Joins(AgentRig rig) => rig.Sent.Count(sent => JoinRequest.IsLikely(sent.Bytes));

    private static bool AreOpenAnew(MeetPair pair) =>
        new[] { pair.A, pair.B }.All(machine => pair.IsOpen(machine) && machine.Events[^1].Event.Kind != SessionEventKind.Suspected)
        && pair.Session(pair.A).Statistics.Received > 0 && pair.Session(pair.B).Statistics.Received > 0
        && (MeetPair.When(pair.A, SessionEventKind.Closed) is not null || MeetPair.When(pair.B, SessionEventKind.Closed) is not null);

    private static MeetPair Opened(ulong seed, double after, MeetPairOptions? options = null)
    {
        MeetPair pair = MeetPair.Of("linux", "port-restricted", options ?? new MeetPairOptions { Seed = seed });
        pair.Run(pair.Options.Gap + TimeSpan.FromMilliseconds(1));
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "both are open at first");
        pair.Run(TimeSpan.FromSeconds(after));
        return pair;
    }

    private static void Kill(MeetPair pair, bool isSamePort, bool isA)
    {
        SimulatedMachine<SessionEvent> machine = isA ? pair.A : pair.B;
        machine.Stop();
        if (isSamePort)
        {
            machine.Restart(pair.Simulator.Now);
            return;
        }

        Node host = isA ? pair.SiteA.Host : pair.SiteB.Host;
        SimulatedMachine<SessionEvent> next = pair.Start(isA ? "a2" : "b2", host, Elsewhere, pair.Simulator.Now);
        if (isA) { pair.A = next; }
        else { pair.B = next; }
    }
}
