using System.Globalization;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>Two routers that hold an early packet against its sender, without a server that says which side is first.</summary>
public sealed class EarlyPacketPairTests(ITestOutputHelper output)
{
    [Fact]
    public void Any_gap_between_the_starts_is_bridged_while_the_clocks_are_close()
    {
        const int Runs = 2000;
        var times = new (double Gap, double Seconds)[Runs];
        for (int i = 0; i < Runs; i++)
        {
            PeerPair pair = Pair(seed: (ulong)i + 1, clockDifference: 1.5).RunToEnd();

            pair.Claim((pair.SessionA.Verdict, pair.SessionB.Verdict) == (Verdict.TwoWay, Verdict.TwoWay), $"{pair.SessionA.Verdict} and {pair.SessionB.Verdict}");
            times[i] = (pair.Options.Gap.TotalSeconds, pair.RoundTripsToProof(pair.A) * pair.Options.RoundTrip.TotalSeconds);
        }

        foreach ((double from, double to) in new[] { (0.0, 1.0), (1, 5), (5, 30), (30, 60), (60, 120), (0, 120) })
        {
            double[] seconds = [.. times.Where(run => run.Gap >= from && run.Gap < to).Select(run => run.Seconds).Order()];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {from} to {to} s | {seconds.Length} | {At(seconds, 0.5):F2} s | {At(seconds, 0.9):F2} s | {At(seconds, 0.99):F2} s | {seconds[^1]:F2} s |"));
        }

        Assert.InRange(At([.. times.Select(run => run.Seconds).Order()], 0.5), 0, 5);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(30)]
    public void Clocks_further_apart_than_the_short_slots_allow_meet_in_the_long_ones(double clockDifference)
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            double sign = seed % 2 == 0 ? 1 : -1;
            var options = new PairOptions
            {
                Seed = seed,
                Gap = TimeSpan.FromSeconds(1 + (seed * 2)),
                ClockDifference = TimeSpan.FromSeconds(sign * clockDifference),
                Link = new LinkOptions { Hops = 4 },
                Deadline = TimeSpan.FromMinutes(8),
            };
            PeerPair pair = PeerPair.Of("linux", "linux", options).RunToEnd();

            pair.Claim((pair.SessionA.Verdict, pair.SessionB.Verdict) == (Verdict.TwoWay, Verdict.TwoWay), $"{pair.SessionA.Verdict} and {pair.SessionB.Verdict}");
        }
    }

    [Fact]
    public void A_carrier_in_between_is_crossed_by_the_slots_that_reach_further()
    {
        // Two NATs in a row on each side that both keep ports, as with a Linux router behind a carrier of the same kind.
        NatOptions linux = NatPresets.Linux.Nats[0];
        var doubled = new NatPreset { Name = "linux-twice", Summary = "", Nats = [linux, linux] };
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var options = new PairOptions
            {
                Seed = seed,
                Gap = TimeSpan.FromSeconds(1 + seed),
                Link = new LinkOptions { Hops = 5 },
                Deadline = TimeSpan.FromMinutes(4),
            };
            PeerPair pair = new PeerPair(doubled, doubled, options).RunToEnd();

            pair.Claim((pair.SessionA.Verdict, pair.SessionB.Verdict) == (Verdict.TwoWay, Verdict.TwoWay), $"{pair.SessionA.Verdict} and {pair.SessionB.Verdict}");
        }
    }

    private static double At(double[] sorted, double share) => sorted[(int)((sorted.Length - 1) * share)];

    private static PeerPair Pair(ulong seed, double clockDifference)
    {
        var random = new SplitMix64(seed);
        bool isOneSided = random.NextInt(4) == 0;
        double gap = random.NextInt(3) == 0 ? random.NextDouble() * 5 : random.NextDouble() * 120;
        var options = new PairOptions
        {
            Seed = seed,
            Gap = TimeSpan.FromSeconds(gap),
            RoundTrip = TimeSpan.FromMilliseconds(1 + (random.NextDouble() * 299)),
            ClockDifference = TimeSpan.FromSeconds(((random.NextDouble() * 2) - 1) * clockDifference),
            Link = new LinkOptions { Loss = random.NextDouble() * (1 - Math.Sqrt(0.9)), Hops = 1 + random.NextInt(15) },
            Deadline = TimeSpan.FromSeconds(gap + 150),
        };
        return PeerPair.Of("linux", isOneSided ? "port-preserving" : "linux", options);
    }
}
