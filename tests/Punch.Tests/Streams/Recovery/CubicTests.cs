using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

/// <summary>CUBIC against a plain evaluation of the formulas of RFC 9438.</summary>
public sealed class CubicTests
{
    private const int Packet = 1_000;

    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(100);

    private readonly Cubic _cubic = new(isFiltered: false);
    private Instant _now = Instant.At(TimeSpan.FromSeconds(100));

    public CubicTests() => _cubic.Reset(Packet);

    [Fact]
    public void It_begins_with_ten_packets_and_doubles()
    {
        Assert.Equal((10_000, true), (_cubic.Window, _cubic.IsSlowStart));

        GrowTo(640);
        Assert.Equal((640_000, true), (_cubic.Window, _cubic.IsSlowStart));
    }

    [Fact]
    public void A_loss_leaves_seven_tenths_and_a_second_one_in_the_same_round_trip_no_less()
    {
        GrowTo(100);
        Assert.True(Lose());
        Assert.Equal((70_000, false), (_cubic.Window, _cubic.IsSlowStart));

        Assert.False(_cubic.Lose(new LossSample(_now, 1, IsRecovering: true)));
        Assert.Equal(70_000, _cubic.Window);
    }

    [Fact]
    public void The_window_is_never_less_than_two_packets()
    {
        for (int i = 0; i < 20; i++) { Lose(); }

        Assert.Equal(2 * Packet, _cubic.Window);
        _cubic.Resize(9_000);
        Assert.Equal(18_000, _cubic.Window);
        _cubic.Collapse();
        Assert.Equal(18_000, _cubic.Window);
    }

    [Fact]
    public void The_window_follows_the_curve_back_to_where_it_was_and_beyond()
    {
        GrowTo(1_000);
        Lose();
        Instant begun = _now;
        double period = Math.Cbrt(1_000 * 0.3 / 0.4); // 9.09 s
        for (int round = 0; round < 150; round++)
        {
            AcknowledgeRound();
            double time = (_now - begun).TotalSeconds;
            double curve = (0.4 * Math.Pow(time - period, 3)) + 1_000;

            // The window aims one round trip ahead, and reaches its aim by small steps.
            double ahead = (0.4 * Math.Pow(time + 0.1 - period, 3)) + 1_000;
            Assert.InRange(_cubic.Window / (double)Packet, Math.Min(curve, ahead) * 0.99, Math.Max(curve, ahead) * 1.01);
        }

        Assert.True(_cubic.Window > 1_050 * Packet);
    }

    [Fact]
    public void A_small_window_grows_as_fast_as_that_of_reno()
    {
        GrowTo(20);
        Lose();
        double reno = 14;
        for (int round = 0; round < 20; round++)
        {
            double window = _cubic.Window / (double)Packet;
            AcknowledgeRound();
            reno += (reno < 20 ? 0.9 / 1.7 : 1) * (Math.Floor(window) / window);

            Assert.InRange(_cubic.Window / (double)Packet, reno - 0.5, reno + 0.5);
        }
    }

    [Fact]
    public void A_second_reduction_before_the_old_window_leaves_room()
    {
        GrowTo(1_000);
        Lose();
        Lose();
        Instant begun = _now;
        Assert.InRange(_cubic.Window, 489_999, 490_000);

        // Fast convergence: the plateau is at 700 * 1.7 / 2.
        double period = Math.Cbrt((595 - 490) / 0.4);
        while ((_now - begun).TotalSeconds < period) { AcknowledgeRound(); }

        Assert.InRange(_cubic.Window, 590_000, 600_000);
    }

    [Fact]
    public void Time_without_growth_does_not_count()
    {
        GrowTo(1_000);
        Lose();
        AcknowledgeRound();
        long before = _cubic.Window;
        _now += TimeSpan.FromSeconds(60);
        AcknowledgeRound();

        Assert.InRange(_cubic.Window, before, before * 1.05);
    }

    [Fact]
    public void An_undone_reduction_goes_on_where_it_was()
    {
        GrowTo(1_000);
        Lose();
        for (int i = 0; i < 5; i++) { AcknowledgeRound(); }

        _cubic.Undo();
        Assert.Equal((1_000_000, true), (_cubic.Window, _cubic.IsSlowStart));
    }

    [Fact]
    public void The_window_stays_below_its_bound()
    {
        for (int i = 0; i < 40; i++) { _cubic.Grow(1L << 30, RoundTrip, _now); }

        Assert.Equal(WindowSize.Most, _cubic.Window);
        Lose();
        for (int i = 0; i < 1_000; i++) { AcknowledgeRound(); }

        Assert.Equal(WindowSize.Most, _cubic.Window);
    }

    private bool Lose() => _cubic.Lose(new LossSample(_now, 1, IsRecovering: false));

    private void GrowTo(int packets) => _cubic.Grow((packets * (long)Packet) - _cubic.Window, RoundTrip, _now);

    /// <summary>One window of packets, acknowledged evenly over a round trip.</summary>
    private void AcknowledgeRound()
    {
        long packets = Math.Min(_cubic.Window / Packet, 1_000);
        long bytes = _cubic.Window / packets;
        for (long i = 0; i < packets; i++)
        {
            _now += RoundTrip / packets;
            _cubic.Grow(bytes, RoundTrip, _now);
        }
    }
}
