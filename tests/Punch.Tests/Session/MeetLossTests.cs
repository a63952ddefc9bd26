using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

public sealed class MeetLossTests
{
    // On two links, this loses a fifth of what is sent.
    private const double LinkLoss = 0.1056;

    private static readonly Instant Deaf = Instant.At(TimeSpan.FromSeconds(2));

    private static readonly (string, string)[] Pairs =
    [
        ("open", "open"), ("firewall", "port-restricted"), ("linux", "linux"), ("linux", "port-preserving"), ("address-restricted", "symmetric-random"),
        ("carrier", "linux"), ("symmetric-eif", "symmetric-eif"), ("adm", "full-cone"),
    ];

    public static TheoryData<string, string> SomePairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach ((string a, string b) in Pairs)
            {
                pairs.Add(a, b);
                if (a != b) { pairs.Add(b, a); }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(SomePairs))]
    public void A_fifth_of_all_datagrams_may_be_lost_and_others_come_twice_or_late(string a, string b)
    {
        double[] gaps = [0, 8, 60, 2000, 20_000];
        for (ulong seed = 1; seed <= 12; seed++)
        {
            var options = new MeetPairOptions
            {
                Seed = seed,
                Gap = TimeSpan.FromMilliseconds(gaps[seed % 5]),
                Link = new LinkOptions { Hops = 4, Loss = LinkLoss, Duplication = 0.05, Reordering = 0.1, Jitter = TimeSpan.FromMilliseconds(5) },
            };
            MeetPair pair = MeetPair.Of(a, b, options);
            pair.Run(options.Gap);

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(15)), $"{a} and {b} open within 15 s");
        }
    }

    [Theory]
    [MemberData(nameof(SomePairs))]
    public void The_notice_to_the_waiting_side_may_be_lost(string a, string b)
    {
        int told = 0;
        var options = new MeetPairOptions { Seed = 3, LosesNotice = () => ++told <= 3 };
        MeetPair pair = MeetPair.Of(a, b, options);
        pair.Run(options.Gap);

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(8)), $"{a} and {b} open within 8 s");
    }

    [Theory]
    [MemberData(nameof(SomePairs))]
    public void Both_may_learn_of_the_other_by_an_answer_and_dial(string a, string b)
    {
        foreach (double gap in new[] { 0.0, 1, 10, 24, 26, 49, 51 })
        {
            MeetPair? pair = null;
            var options = new MeetPairOptions { Seed = 4, LosesNotice = () => pair!.Simulator.Now < Deaf, Gap = TimeSpan.FromMilliseconds(gap) };
            pair = MeetPair.Of(a, b, options);
            pair.Run(options.Gap);

            pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), $"{a} and {b} open within 10 s");
        }
    }

    // Two Linux routers may have to take fresh ports, which is a round.
    [Theory]
    [InlineData("port-restricted", "port-restricted", 0, 1)]
    [InlineData("linux", "linux", 0, 2.5)]
    [InlineData("linux", "linux", 2000, 2.5)]
    [InlineData("symmetric-random", "address-restricted", 2000, 1)]
    public void Any_two_lost_packets_of_the_first_forty_cost_a_second_or_a_round(string a, string b, double gap, double seconds)
    {
        const int First = 40;
        for (int one = 0; one < First; one++)
        {
            int sent = First;
            for (int other = one; other < sent; other++)
            {
                int count = Meet(a, b, gap, one, other, TimeSpan.FromSeconds(seconds));

                // Datagrams sent after the path is open are not part of the way there.
                if (other == one) { sent = Math.Min(First, count); }
            }
        }
    }

    /// <summary>How many datagrams were sent until both were open.</summary>
    private static int Meet(string a, string b, double gap, int one, int other, TimeSpan atMost)
    {
        int sent = 0;
        bool Loses() => sent++ is var index && (index == one || index == other);
        var options = new MeetPairOptions { Seed = 7, Gap = TimeSpan.FromMilliseconds(gap), Loses = Loses };
        MeetPair pair = MeetPair.Of(a, b, options);
        pair.Run(options.Gap);
        pair.Claim(pair.RunUntilOpen(atMost), $"{a} and {b} open within {atMost} without datagrams {one} and {other}");
        return sent;
    }

    [Fact]
    public void A_path_that_loses_a_fifth_stays_open()
    {
        var options = new MeetPairOptions { Seed = 5, Link = new LinkOptions { Hops = 4, Loss = LinkLoss } };
        MeetPair pair = MeetPair.Of("port-restricted", "port-preserving", options);
        pair.Run(options.Gap);
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(15)), "it opens");

        pair.Run(TimeSpan.FromMinutes(2));

        pair.Claim(pair.AreOpen, "still open");
        int closings = pair.A.Events.Concat(pair.B.Events).Count(e => e.Event.Kind == SessionEventKind.Closed);
        pair.Claim(closings <= 1, $"closed {closings} times");
    }
}
