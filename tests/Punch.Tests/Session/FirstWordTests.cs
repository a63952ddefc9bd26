using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>The proof of the path is enough. Nothing waits for a second one.</summary>
public sealed class FirstWordTests
{
    [Theory]
    [InlineData("open", "open")]
    [InlineData("port-restricted", "full-cone")]
    [InlineData("linux", "linux")]
    public void Both_sides_of_a_check_by_code_are_gone_four_round_trips_after_the_later_start(string a, string b)
    {
        var options = new MeetPairOptions { Seed = 5, Count = 1 };
        MeetPair pair = MeetPair.Of(a, b, options);
        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromSeconds(10)));

        foreach (SimulatedMachine<SessionEvent> machine in new[] { pair.A, pair.B })
        {
            double roundTrips = (MeetPair.When(machine, SessionEventKind.Ended)!.Value - Instant.At(options.Gap)) / options.RoundTrip;
            pair.Claim(roundTrips <= 4, $"{machine.Host.Name} is gone after {roundTrips} round trips");
            pair.Claim(pair.Session(machine).Statistics.Answered >= 1, $"{machine.Host.Name} was answered");
            pair.Claim(pair.Session(machine).Verdict == Verdict.TwoWay, $"{machine.Host.Name} has its proof");
        }
    }

    [Theory]
    [InlineData("adm", "open")]
    [InlineData("symmetric-random", "full-cone")]
    public void Where_a_port_moves_it_takes_five_at_most(string a, string b)
    {
        var options = new MeetPairOptions { Seed = 6, Count = 1 };
        MeetPair pair = MeetPair.Of(a, b, options);
        pair.Simulator.RunUntil(() => pair.AreEnded, Instant.At(TimeSpan.FromSeconds(10)));

        foreach (SimulatedMachine<SessionEvent> machine in new[] { pair.A, pair.B })
        {
            double roundTrips = (MeetPair.When(machine, SessionEventKind.Ended)!.Value - Instant.At(options.Gap)) / options.RoundTrip;
            pair.Claim(roundTrips <= 5, $"{machine.Host.Name} is gone after {roundTrips} round trips");
        }
    }

    [Fact]
    public void The_first_data_leaves_with_the_proof_of_the_path()
    {
        Func<SessionOptions, SessionOptions> data = options => options with { Use = PathUse.Data };
        MeetPair pair = MeetPair.Of("open", "open", new MeetPairOptions { Seed = 7, AdjustA = data, AdjustB = data });
        pair.Simulator.RunUntil(() => pair.IsOpen(pair.B), Instant.At(TimeSpan.FromSeconds(10)));
        Instant opened = pair.Simulator.Now;

        bool isTaken = false;
        pair.Simulator.Schedule(opened, now => isTaken = pair.Session(pair.B).TrySendData("first\n"u8, now));
        pair.Run(pair.Options.RoundTrip * 0.6);

        pair.Claim(isTaken, "it is taken at once");
        pair.Claim(pair.Session(pair.A).Statistics.DataReceived.Datagrams == 1, "and there half a round trip later");
        pair.Claim(MeetPair.When(pair.B, SessionEventKind.Opened) == opened, "the path opened then");
    }
}
