using Punch.Protocol.Streams.Recovery;
using Punch.Tests.Streams.Recovery.Model;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

/// <summary>What a sender with endless data gets out of a modelled path, in virtual time.</summary>
public sealed class BulkTransferTests
{
    private const double Megabit = 1e6;

    private readonly ModelClock _clock = new();

    [Fact]
    public void A_gigabit_over_50_ms_is_used_to_95_percent()
    {
        BulkFlow flow = Start(1_000 * Megabit, 2_500_000, 0, isFiltered: true);

        Assert.InRange(Rate(flow, 10), 950 * Megabit, 1_000 * Megabit);
        Assert.Equal(0, flow.Recovery.Statistics.Spurious);
    }

    // Four times for 0.1 %, twenty times for 1 %, five times for 3 %.
    [Theory]
    [InlineData(0.001, 4)]
    [InlineData(0.01, 20)]
    [InlineData(0.03, 5)]
    public void A_bad_line_is_used_many_times_better_than_by_plain_cubic(double loss, double times)
    {
        double plain = 0;
        double filtered = 0;
        for (ulong seed = 1; seed <= 2; seed++)
        {
            plain += Rate(Start(200 * Megabit, 625_000, loss, isFiltered: false, seed), 5);
            filtered += Rate(Start(200 * Megabit, 625_000, loss, isFiltered: true, seed), 5);
        }

        Assert.True(filtered >= times * plain, $"{filtered / plain:F1} times");
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_plain_cubic_flow_beside_the_filter_keeps_a_quarter(double queue)
    {
        const double BandwidthDelay = 625_000;
        var path = new ModelPath(_clock, 1) { BitsPerSecond = 100 * Megabit, Queue = (long)(queue * BandwidthDelay) };
        var plain = new BulkFlow(path, new Cubic(isFiltered: false));
        _clock.Run(TimeSpan.FromSeconds(2));
        var filtered = new BulkFlow(path, new Cubic());
        _clock.Run(TimeSpan.FromSeconds(3));
        (long before, long beside) = (plain.Received, filtered.Received);
        _clock.Run(TimeSpan.FromSeconds(15));

        double share = (plain.Received - before) / (double)(plain.Received - before + filtered.Received - beside);
        Assert.True(share is >= 0.25 and <= 0.9, $"{share:P1}");
    }

    [Theory]
    [InlineData(0.01, 5)]
    [InlineData(0.05, 5)]
    [InlineData(0.01, 20)]
    [InlineData(0.05, 20)]
    [InlineData(0.05, 40)]
    public void Reordering_costs_little(double share, double milliseconds)
    {
        var path = new ModelPath(_clock, 1)
        {
            BitsPerSecond = 100 * Megabit,
            Queue = 625_000,
            Reordered = share,
            HoldUp = TimeSpan.FromMilliseconds(milliseconds),
        };
        var flow = new BulkFlow(path, new Cubic(isFiltered: false));

        double rate = Rate(flow, 5);
        RecoveryStatistics statistics = flow.Recovery.Statistics;
        Assert.True(rate >= 80 * Megabit, $"{rate / Megabit:F1} Mbit/s {statistics}");
    }

    [Fact]
    public void A_hole_of_the_path_mtu_stalls_for_three_timeouts_at_most()
    {
        var path = new ModelPath(_clock, 1) { BitsPerSecond = 20 * Megabit, Queue = 250_000 };
        var flow = new BulkFlow(path, new Cubic());
        _clock.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(1_472, flow.Recovery.Mtu.Current);

        TimeSpan timeout = flow.Recovery.RoundTrip.Pto;
        flow.LongestSilence = TimeSpan.Zero;
        path.Mtu = 1_300;
        long before = flow.Received;
        _clock.Run(TimeSpan.FromSeconds(5));
        Assert.True(flow.LongestSilence <= timeout * 3, $"{flow.LongestSilence} of {timeout}");
        Assert.Equal((PathMtu.Base, 1), (flow.Recovery.Mtu.Current, flow.Recovery.Mtu.BlackHoles));
        Assert.True(flow.Received - before > 5 * 20 * Megabit / 8 * 0.7);
    }

    [Fact]
    public void After_an_outage_of_two_seconds_data_flows_within_a_second()
    {
        BulkFlow flow = Outage(_ => { }, _ => { });

        Assert.InRange(flow.LongestSilence, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3.1));
        Assert.Equal(1, flow.Recovery.Statistics.Collapses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_an_outage_that_the_session_noticed_data_flows_at_once(bool isSameNetwork)
    {
        BulkFlow flow = Outage(flow => flow.Suspend(), flow => flow.Resume(isSameNetwork));

        Assert.InRange(flow.LongestSilence, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2.1));
        Assert.Equal(0, flow.Recovery.Statistics.Collapses);
    }

    private BulkFlow Outage(Action<BulkFlow> begin, Action<BulkFlow> end)
    {
        var path = new ModelPath(_clock, 1) { BitsPerSecond = 20 * Megabit, Queue = 125_000 };
        var flow = new BulkFlow(path, new Cubic());
        _clock.Run(TimeSpan.FromSeconds(5));
        flow.LongestSilence = TimeSpan.Zero;
        path.IsDown = true;
        begin(flow);
        _clock.Run(TimeSpan.FromSeconds(2));
        path.IsDown = false;
        end(flow);
        _clock.Run(TimeSpan.FromSeconds(3));
        long before = flow.Received;
        _clock.Run(TimeSpan.FromSeconds(3));
        double rate = (flow.Received - before) * 8 / 3.0;
        Assert.True(rate > 17 * Megabit, $"{rate / Megabit:F1} Mbit/s");
        return flow;
    }

    private BulkFlow Start(double bitsPerSecond, long queue, double loss, bool isFiltered, ulong seed = 1)
    {
        var path = new ModelPath(_clock, seed) { BitsPerSecond = bitsPerSecond, Queue = queue, Loss = loss };
        return new BulkFlow(path, new Cubic(isFiltered));
    }

    private double Rate(BulkFlow flow, int seconds)
    {
        _clock.Run(TimeSpan.FromSeconds(seconds));
        return flow.Received * 8.0 / seconds;
    }
}
