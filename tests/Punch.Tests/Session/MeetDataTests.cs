using System.Text;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

public sealed class MeetDataTests
{
    [Fact]
    public void Data_goes_both_ways_sealed_and_both_end_when_both_have_ended()
    {
        Func<SessionOptions, SessionOptions> data = options => options with { Use = PathUse.Data };
        MeetPair pair = MeetPair.Of("linux", "port-restricted", new MeetPairOptions { Seed = 1, AdjustA = data, AdjustB = data });
        var received = new List<(string Who, string Text)>();
        bool isInTheClear = false;
        pair.OnEvent = (machine, e) =>
        {
            if (e.Datagram == DatagramKind.Data) { received.Add((machine.Host.Name, Encoding.ASCII.GetString(pair.Session(machine).Payload))); }
        };
        pair.Simulator.Network.Observer += step => isInTheClear |= step.Before.Payload.Span.IndexOf("line"u8) >= 0;
        pair.Run(TimeSpan.FromSeconds(4));

        pair.Simulator.Schedule(pair.Simulator.Now, now =>
        {
            pair.Claim(pair.Session(pair.A).TrySendData("line of a\n"u8, now), "A may send");
            pair.Claim(pair.Session(pair.B).TrySendData("line of b\n"u8, now), "B may send");
            pair.Session(pair.A).EndData(now);
        });
        pair.Run(TimeSpan.FromSeconds(2));
        pair.Claim(!pair.Session(pair.A).IsEnded, "one has not ended");
        pair.Claim(pair.B.Events.Any(e => e.Event.Kind == SessionEventKind.DataEnded), "B knows that A has");
        pair.Simulator.Schedule(pair.Simulator.Now, pair.Session(pair.B).EndData);
        pair.Run(TimeSpan.FromSeconds(3));

        Assert.Equal([("A", "line of b\n"), ("B", "line of a\n")], received.Order());
        pair.Claim(!isInTheClear, "sealed");
        pair.Claim(pair.AreEnded, "both have ended");
        pair.Claim(pair.Session(pair.A).Outcome.Result == SessionResult.Proven && pair.Session(pair.A).Statistics.Data == DataOutcome.Complete, "and well");
    }

    [Fact]
    public void Both_sides_know_how_the_others_data_comes()
    {
        Func<SessionOptions, SessionOptions> data = options => options with { Use = PathUse.Data };
        var link = new LinkOptions { Jitter = TimeSpan.FromMilliseconds(4), Reordering = 0.05, Duplication = 0.05 };
        MeetPair pair = MeetPair.Of("open", "open", new MeetPairOptions { Seed = 1, Link = link, AdjustA = data, AdjustB = data });
        pair.Run(TimeSpan.FromSeconds(4));
        int left = 1_000;
        byte[] payload = new byte[IDataPath.MaxLength];
        int longest = 0;
        pair.Simulator.Network.Observer += step => longest = Math.Max(longest, step.Before.Payload.Length);

        void Send(Instant now)
        {
            if (pair.Session(pair.A).TrySendData(payload, now)) { left--; }

            if (left > 0) { pair.Simulator.Schedule(now + TimeSpan.FromMilliseconds(20), Send); }
        }

        pair.Simulator.Schedule(pair.Simulator.Now, Send);
        pair.Run(TimeSpan.FromSeconds(30));

        SessionStatistics atB = pair.Session(pair.B).Statistics;
        pair.Claim(atB.DataReceived.Datagrams == 1_000, "all came");
        pair.Claim(atB.DataReordered is > 20 and < 400, $"{atB.DataReordered} were reordered");
        pair.Claim(atB.Repeats > 20, $"{atB.Repeats} came twice");
        pair.Claim(atB.DataLate == 0, "none was late");
        pair.Claim(atB.DataJitter > TimeSpan.FromMilliseconds(0.5) && atB.DataJitter < TimeSpan.FromMilliseconds(20), $"jitter {atB.DataJitter}");
        pair.Claim(pair.Session(pair.A).Statistics.DataJitter is null, "A got no data");
        pair.Claim(longest <= 1_232, $"a datagram of {longest} bytes does not pass everywhere");
    }

    [Fact]
    public void No_data_is_taken_before_a_path_is_open()
    {
        using var rig = new AgentRig(options => options with { Use = PathUse.Data });

        Assert.False(rig.Session.TrySendData("x"u8, rig.Now));
    }

    [Theory]
    [InlineData("linux", "linux")]
    [InlineData("open", "symmetric-random")]
    public void A_path_that_was_handed_over_carries_no_datagram_of_punch(string a, string b)
    {
        Func<SessionOptions, SessionOptions> handOver = options => options with { Use = PathUse.HandOver };
        MeetPair pair = MeetPair.Of(a, b, new MeetPairOptions { Seed = 2, AdjustA = handOver, AdjustB = handOver });
        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromSeconds(10)));
        pair.Claim(pair.AreEnded, "both have ended");
        Instant ended = pair.Simulator.Now;
        int late = 0;
        pair.Simulator.Network.Observer += step => late += step.Kind == StepKind.Delivered && step.Where != pair.ServerHost ? 1 : 0;

        pair.Run(TimeSpan.FromSeconds(90));

        pair.Claim(late == 0, $"{late} datagrams arrived after both had ended");
        pair.Claim(ended < Instant.At(TimeSpan.FromSeconds(3)), $"they ended at {ended}");
        pair.Claim(pair.Session(pair.A).Path is not null, "the path is known");
    }

    [Fact]
    public void A_side_that_hands_its_path_over_has_given_up_its_seat()
    {
        Func<SessionOptions, SessionOptions> handOver = options => options with { Use = PathUse.HandOver };
        MeetPair pair = MeetPair.Of("linux", "linux", new MeetPairOptions { Seed = 2, AdjustA = handOver, AdjustB = handOver });
        HashSet<string> gone = [];
        pair.Simulator.Network.Observer += step =>
        {
            bool isJoin = JoinRequest.Read(step.After.Payload.Span, out _, out JoinRequest join) == JoinReading.Join;
            if (step.Where == pair.ServerHost && isJoin && join.IsLeaving) { gone.Add(Convert.ToHexString(join.Party)); }
        };

        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromSeconds(10)));

        pair.Claim(pair.AreEnded && gone.Count == 2, $"{gone.Count} seats were given up before the end");
    }
}
