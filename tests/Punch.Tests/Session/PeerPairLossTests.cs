using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>Thousands of seeds of a lossy network; the classes of pair tests run side by side.</summary>
public sealed class PeerPairLossTests
{
    [Fact]
    public void Thousands_of_lossy_runs_open_soon_and_end_alike()
    {
        double[] exits = new double[2000];
        for (int i = 0; i < exits.Length; i++)
        {
            ulong seed = (ulong)i + 1;
            var link = new LinkOptions { Loss = 1 - Math.Sqrt(0.9) };
            var pair = PeerPair.Of("port-preserving", "port-preserving", new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(i % 2), Link = link });
            pair.RunToEnd();

            pair.Claim((pair.SessionA.Verdict, pair.SessionB.Verdict) == (Verdict.TwoWay, Verdict.TwoWay), "both prove the path at 10 % loss");
            exits[i] = Math.Max(pair.RoundTripsToEnd(pair.A), pair.RoundTripsToEnd(pair.B));
        }

        Array.Sort(exits);
        Assert.InRange(exits[exits.Length / 2], 1, 4);
    }

    [Fact]
    public void A_third_of_all_datagrams_lost_never_keeps_two_sides_apart()
    {
        for (ulong seed = 1; seed <= 2000; seed++)
        {
            var link = new LinkOptions { Loss = 1 - Math.Sqrt(0.7) };
            var pair = PeerPair.Of("port-preserving", "firewall", new PairOptions { Seed = seed, Gap = TimeSpan.FromSeconds(seed % 3), Link = link });
            pair.RunToEnd();

            pair.Claim((pair.SessionA.Verdict, pair.SessionB.Verdict) == (Verdict.TwoWay, Verdict.TwoWay), $"{pair.SessionA.Verdict} and {pair.SessionB.Verdict}");
        }
    }
}
