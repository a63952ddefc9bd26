using Punch.Protocol.Streams;
using Punch.Simulation;
using Punch.Simulation.Scenarios;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>Two sides that share a code, and no server: one side at least knows the other's address.</summary>
public sealed class GreetingTests
{
    [Theory]
    [InlineData("open", "open", 0)]
    [InlineData("open", "open", 5)]
    [InlineData("port-preserving", "port-preserving", 0)]
    [InlineData("firewall", "firewall", 0)]
    [InlineData("linux", "linux", 0)]
    [InlineData("port-preserving", "port-preserving", 5)]
    [InlineData("firewall", "firewall", 5)]
    [InlineData("linux", "linux", 5)]
    [InlineData("full-cone-preserving", "linux", 0)]
    public void Two_that_name_each_other_meet(string a, string b, int gap)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            GreetingPair pair = GreetingPair.Of(a, b, new GreetingPairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(gap) });

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(gap + 20)), "both have a path");
        }
    }

    [Fact]
    public void One_that_comes_to_somebody_who_waits_knows_it_two_round_trips_later()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            GreetingPair pair = GreetingPair.Of("open", "open", new GreetingPairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(3) });

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "both have a path");
            pair.Claim(pair.RoundTripsToOpen(pair.A) <= 2.1, $"A took {pair.RoundTripsToOpen(pair.A)}");
            pair.Claim(pair.RoundTripsToOpen(pair.B) <= 2.1, $"B took {pair.RoundTripsToOpen(pair.B)}");
        }
    }

    [Theory]
    [InlineData("open", "open")]
    [InlineData("open", "symmetric-random")]
    public void One_listens_and_the_other_names_it(string a, string b)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var options = new GreetingPairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(1), IsListenerA = true };
            GreetingPair pair = GreetingPair.Of(a, b, options);
            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "both have a path");
            SessionEvent opened = PairScenario.First(pair.A, SessionEventKind.Opened)!.Value.Event;
            pair.Claim(!opened.IsMoved, "nobody was named, so nothing moved");
        }
    }

    [Fact]
    public void A_port_that_a_nat_moved_is_learned_from_the_greeting()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            GreetingPair pair = GreetingPair.Of("open", "symmetric-random", new GreetingPairOptions { Seed = seed });

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "both have a path");
            pair.Claim(pair.SessionA.Path!.Value.Remote.Port != PairScenario.Port, "the port is another one");
            pair.Claim(PairScenario.First(pair.A, SessionEventKind.Opened)!.Value.Event.IsMoved, "A says that it moved");
        }
    }

    [Fact]
    public void Every_address_of_a_name_is_tried()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            GreetingPair pair = GreetingPair.Of("open", "open", new GreetingPairOptions { Seed = seed, IsListenerA = true, AdjustB = TwoAddresses });

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(5)), "both have a path");
            pair.Claim(pair.RoundTripsToOpen(pair.B) <= 2.1, $"B took {pair.RoundTripsToOpen(pair.B)}");
        }

        static SessionOptions TwoAddresses(SessionOptions options)
        {
            var target = (SessionTarget.SealedHost)options.Target;
            TransportAddress wrong = target.Remotes[0] with { Host = HostAddress.Parse("192.0.2.99") };
            return options with { Target = target with { Remotes = [wrong, .. target.Remotes] } };
        }
    }

    [Fact]
    public void They_meet_with_loss()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var options = new GreetingPairOptions { Seed = seed, Link = new LinkOptions { Loss = 0.2 }, IsListenerA = seed % 2 == 0 };
            GreetingPair pair = GreetingPair.Of("open", "port-restricted", options);

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(20)), "both have a path");
        }
    }

    [Fact]
    public void A_check_ends_on_both_sides_with_proof()
    {
        GreetingPair pair = GreetingPair.Of("open", "open", new GreetingPairOptions { Seed = 1, Count = 3 });

        pair.Claim(pair.RunToEnd(TimeSpan.FromSeconds(20)), "both have ended");
        pair.Claim(pair.SessionA.Outcome.Result == SessionResult.Proven, "A has proof");
        pair.Claim(pair.SessionB.Outcome.Result == SessionResult.Proven, "B has proof");
    }

    [Fact]
    public void Data_is_carried_and_both_end()
    {
        static SessionOptions Streams(SessionOptions options) => options with { Use = PathUse.Streams, Streams = StreamUse.Pipe };
        GreetingPair pair = GreetingPair.Of(
            "open", "port-restricted", new GreetingPairOptions { Seed = 1, IsListenerA = true, AdjustA = Streams, AdjustB = Streams });
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "both have a path");
        bool isWritten = false;

        void Turn(Instant now)
        {
            foreach (PeerSession session in new[] { pair.SessionA, pair.SessionB })
            {
                IByteStream pipe = session.Pipe!;
                pipe.Take(pipe.Peek().Length, now);
                pipe.Consume(pipe.Taken, now);
                if (isWritten) { continue; }

                pipe.Write("hello"u8, now);
                pipe.Finish(now);
            }

            isWritten = true;
            if (!pair.AreEnded) { pair.Simulator.Schedule(now + TimeSpan.FromMilliseconds(1), Turn); }
        }

        pair.Simulator.Schedule(pair.Simulator.Now, Turn);
        pair.RunToEnd(TimeSpan.FromSeconds(10));

        pair.Claim(pair.AreEnded, "both have ended");
        pair.Claim(pair.SessionA.Statistics is { Data: DataOutcome.Complete, Streams.Received: 5 }, "A is complete");
        pair.Claim(pair.SessionB.Statistics is { Data: DataOutcome.Complete, Streams.Received: 5 }, "B is complete");
    }

    [Fact]
    public void Another_code_on_the_other_side_ends_both_as_rejected()
    {
        GreetingPair pair = GreetingPair.Of("open", "open", new GreetingPairOptions { Seed = 1, AdjustB = OtherCode });

        pair.Claim(pair.RunToEnd(TimeSpan.FromSeconds(60)), "both have ended");
        pair.Claim(pair.SessionA.Outcome.Result == SessionResult.PeerRejected, "A says so");
        pair.Claim(pair.SessionB.Outcome.Result == SessionResult.PeerRejected, "B says so");
        pair.Claim(pair.SessionA.Verdict == Verdict.Nothing, "A believes nothing");
    }

    [Fact]
    public void A_listener_sends_nothing_to_somebody_without_the_code()
    {
        GreetingPair pair = GreetingPair.Of(
            "open", "open", new GreetingPairOptions { Seed = 1, IsListenerA = true, AdjustB = OtherCode });

        pair.Run(TimeSpan.FromSeconds(60));

        pair.Claim(!pair.SessionA.IsEnded, "A waits on");
        pair.Claim(pair.SessionA.Outcome.Rejection == default, "A turned nobody away");
        pair.Claim(pair.A.SentCount == 0, "A sent nothing");
    }

    [Fact]
    public void A_peer_that_is_started_again_is_met_again()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            GreetingPair pair = GreetingPair.Of("open", "port-restricted", new GreetingPairOptions { Seed = seed, IsListenerA = true });
            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "both have a path");

            pair.B.Stop();
            pair.Run(TimeSpan.FromSeconds(1));
            pair.B.Restart(pair.Simulator.Now);
            pair.Run(TimeSpan.FromSeconds(10));
            pair.Claim(pair.AreOpen, "they met again after B was started again");

            pair.A.Stop();
            pair.Run(TimeSpan.FromSeconds(1));
            pair.A.Restart(pair.Simulator.Now);
            pair.Run(TimeSpan.FromSeconds(20));
            pair.Claim(pair.AreOpen, "they met again after A was started again");
        }
    }

    [Fact]
    public void Nobody_is_waited_for_without_limit_where_there_is_a_deadline()
    {
        GreetingPair pair = GreetingPair.Of(
            "open", "open", new GreetingPairOptions { Seed = 1, Gap = TimeSpan.FromHours(1), Deadline = TimeSpan.FromSeconds(40) });

        pair.Claim(pair.Simulator.RunUntil(() => pair.A.Machine is { IsEnded: true }, Instant.At(TimeSpan.FromSeconds(41))), "A has ended");
        pair.Claim(pair.SessionA.Outcome.Result == SessionResult.NobodyCame, "nobody came");
    }

    private static SessionOptions OtherCode(SessionOptions options) => options with
    {
        Target = (SessionTarget.SealedHost)options.Target with { Code = MeetingCode.FromRandom(new byte[MeetingCode.RandomLength]) },
    };
}
