using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>An idle open path costs little, and a router that forgets it is still noticed.</summary>
public sealed class IdlePathTests
{
    private const int MostAMinute = 30;

    private static readonly Func<SessionOptions, SessionOptions> Data = options => options with { Use = PathUse.Data };

    [Theory]
    [InlineData("open", "open")]
    [InlineData("port-restricted", "port-restricted")]
    [InlineData("linux", "address-restricted")]
    public void An_idle_meeting_sends_at_most_thirty_datagrams_a_minute_and_side_all_kinds_together(string a, string b)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            MeetPair pair = MeetPair.Of(a, b, new MeetPairOptions { Seed = seed, AdjustA = Data, AdjustB = Data });
            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "open at first");
            pair.Run(TimeSpan.FromSeconds(15));

            ClaimQuiet(pair.Simulator, pair.SiteA.Host, pair.SiteB.Host, $"({pair.Options})");
            pair.Claim(pair.AreOpen && pair.Session(pair.A).Statistics.Opens == 1, "and stays open");
        }
    }

    [Fact]
    public void An_idle_pipe_by_address_sends_at_most_thirty_datagrams_a_minute_and_side()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var options = new PairOptions { Seed = seed, Count = null, Deadline = null, AdjustA = Data, AdjustB = Data };
            var pair = PeerPair.Of("port-preserving", "port-preserving", options);
            pair.Simulator.RunUntil(() => pair.AreOpen, Instant.At(TimeSpan.FromSeconds(5)));
            pair.Simulator.RunUntil(pair.Simulator.Now + TimeSpan.FromSeconds(15));

            ClaimQuiet(pair.Simulator, pair.SiteA.Host, pair.SiteB.Host, $"({options})");
            pair.Claim(pair.AreOpen && pair.SessionA.Statistics.Opens == 1, "and stays open");
        }
    }

    [Theory]
    [InlineData("port-restricted", "port-restricted")]
    [InlineData("linux", "linux")]
    [InlineData("carrier", "linux")]
    [InlineData("symmetric-random", "address-restricted")]
    public void A_NAT_that_forgets_an_idle_meeting_costs_at_most_twenty_seconds(string a, string b)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            MeetPair pair = MeetPair.Of(a, b, new MeetPairOptions { Seed = seed, AdjustA = Data, AdjustB = Data });
            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "open at first");
            pair.Run(TimeSpan.FromMilliseconds(30_000 + (seed * 731)));

            Instant reboot = pair.Simulator.Now;
            pair.Simulator.Schedule(reboot, now => (pair.SiteA.Router.Middlebox as Nat)?.Reboot(now));
            pair.Run(TimeSpan.FromSeconds(20));

            pair.Claim(pair.AreOpen, "both say open after twenty seconds");
            pair.Claim(IsUsable(pair), "and it works");
        }
    }

    [Fact]
    public void A_NAT_that_forgets_an_idle_pipe_by_address_costs_at_most_twenty_seconds()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var options = new PairOptions { Seed = seed, Count = null, Deadline = null, AdjustA = Data, AdjustB = Data };
            var pair = PeerPair.Of("port-preserving", "port-preserving", options);
            pair.Simulator.RunUntil(() => pair.AreOpen, Instant.At(TimeSpan.FromSeconds(5)));
            Instant reboot = Instant.At(TimeSpan.FromMilliseconds(20_000 + (seed * 379)));
            pair.Simulator.Schedule(reboot, now => (pair.SiteA.Router.Middlebox as Nat)?.Reboot(now));
            pair.Simulator.RunUntil(reboot + TimeSpan.FromSeconds(20));

            pair.Claim(pair.AreOpen, "open again");
            long before = pair.SessionA.Statistics.Answered;
            pair.Simulator.RunUntil(reboot + TimeSpan.FromSeconds(32));
            pair.Claim(pair.SessionA.Statistics.Answered > before && pair.AreOpen, "and in use");
        }
    }

    private static bool IsUsable(MeetPair pair)
    {
        long before = pair.Session(pair.B).Statistics.DataReceived.Datagrams;
        bool isTaken = false;
        pair.Simulator.Schedule(pair.Simulator.Now, now => isTaken = pair.Session(pair.A).TrySendData("x\n"u8, now));
        pair.Run(TimeSpan.FromSeconds(1));
        return isTaken && pair.Session(pair.B).Statistics.DataReceived.Datagrams == before + 1;
    }

    private static void ClaimQuiet(Simulator simulator, Node a, Node b, string run)
    {
        int fromA = 0;
        int fromB = 0;
        simulator.Network.Observer += step =>
        {
            fromA += step.Kind == StepKind.Sent && step.Where == a ? 1 : 0;
            fromB += step.Kind == StepKind.Sent && step.Where == b ? 1 : 0;
        };
        simulator.RunUntil(simulator.Now + TimeSpan.FromMinutes(1));

        simulator.Check(fromA is > 0 and <= MostAMinute && fromB is > 0 and <= MostAMinute, $"{fromA} and {fromB} datagrams in a minute {run}");
    }
}
