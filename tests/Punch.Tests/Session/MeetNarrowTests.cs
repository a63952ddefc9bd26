using Xunit;

namespace Punch.Tests.Session;

/// <summary>A path that loses large datagrams, and the ICMP errors that would tell.</summary>
public sealed class MeetNarrowTests
{
    [Theory]
    [InlineData("a", 2)]
    [InlineData("b", 2)]
    [InlineData("ab", 2)]
    [InlineData("a", 0)]
    [InlineData("ab", 0)]
    public void Two_meet_all_the_same(string narrow, double gap)
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            var options = new MeetPairOptions { Seed = seed, NarrowSides = narrow, MostBytes = 700, Gap = TimeSpan.FromSeconds(gap) };
            MeetPair pair = MeetPair.Of("linux", "port-restricted", options);
            pair.Run(options.Gap + TimeSpan.FromMilliseconds(1));

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(3)), "both are open");
            foreach (char side in "ab")
            {
                var machine = side == 'a' ? pair.A : pair.B;
                pair.Claim(MeetPair.When(machine, SessionEventKind.ServerNarrow) is not null == narrow.Contains(side), $"{side} is told");
            }
        }
    }

    [Fact]
    public void The_second_silence_is_followed_by_a_small_join_and_a_large_one_is_tried_on()
    {
        using var rig = new AgentRig();
        rig.Advance(1_600);

        Assert.Equal([1200, 1200, 640, 1200, 640], rig.Sent.Select(sent => sent.Bytes.Length));
    }
}
