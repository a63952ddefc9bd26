using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

/// <summary>What losses do to the window (RFC 9002 §7), and what takes that back.</summary>
public sealed class CongestionEventTests
{
    private readonly RecoveryRig _rig = new();

    [Fact]
    public void The_window_begins_with_ten_packets_and_doubles_in_a_round_trip()
    {
        Assert.Equal(12_320, _rig.Recovery.Window);

        _rig.Send(1, 10, size: 1_232).Wait(100).Ack((1, 10));
        Assert.Equal(24_640, _rig.Recovery.Window);
    }

    [Fact]
    public void Packets_without_more_to_send_do_not_grow_the_window()
    {
        _rig.Send(1, 10, traits: PacketTraits.AckEliciting | PacketTraits.Limited).Wait(100).Ack((1, 10));

        Assert.Equal(12_320, _rig.Recovery.Window);
    }

    [Fact]
    public void A_window_that_is_half_empty_does_not_grow()
    {
        _rig.Send(1, 5, size: 1_231).Wait(100).Ack((1, 5));
        Assert.Equal(12_320, _rig.Recovery.Window);

        _rig.Send(6, 10, size: 1_232).Wait(100).Ack((6, 10));
        Assert.Equal(12_320 + (5 * 1_232), _rig.Recovery.Window);
    }

    [Fact]
    public void Losses_of_one_round_trip_reduce_the_window_once()
    {
        _rig.Measure(100).Send(1, 10).Wait(100).Ack((5, 6));
        long reduced = _rig.Recovery.Window;
        Assert.Equal([1UL, 2UL, 3UL], _rig.Lost);
        Assert.Equal(12_320, reduced * 2);

        _rig.Send(11).Ack((9, 10));
        Assert.Equal(reduced, _rig.Recovery.Window);
        Assert.Equal(1, _rig.Recovery.Statistics.Reductions);

        _rig.Wait(1).Send(12, 15).Wait(100).Ack((15, 15));
        Assert.Equal(2, _rig.Recovery.Statistics.Reductions);
    }

    [Fact]
    public void A_lost_probe_of_the_path_mtu_is_no_congestion()
    {
        var rig = new RecoveryRig(limit: 1_472);
        rig.Measure(100).Send(1, 1, 1_472, PacketTraits.AckEliciting | PacketTraits.MtuProbe).Send(2, 4).Wait(100).Ack((2, 4));

        Assert.Equal([1UL], rig.Lost);
        Assert.Equal(0, rig.Recovery.Statistics.Reductions);
    }

    [Fact]
    public void Losses_that_were_only_late_are_taken_back()
    {
        _rig.Measure(100).Send(1, 8).Wait(100);
        long before = _rig.Recovery.Window;
        _rig.Ack((5, 8));
        Assert.True(_rig.Recovery.Window < before);

        _rig.Wait(1).Ack((4, 8), (1, 2));
        Assert.Equal(0, _rig.Recovery.Statistics.Undone);
        _rig.Wait(1).Ack((1, 8));
        Assert.Equal(before, _rig.Recovery.Window);
        Assert.Equal((4, 1), (_rig.Recovery.Statistics.Spurious, _rig.Recovery.Statistics.Undone));

        _rig.Ack((1, 8));
        Assert.Equal((4, 1), (_rig.Recovery.Statistics.Spurious, _rig.Recovery.Statistics.Undone));
    }

    [Fact]
    public void The_packet_threshold_grows_with_reordering()
    {
        _rig.Measure(100).Send(1, 7).Wait(100).Ack((2, 7));
        Assert.Equal([1UL], _rig.Lost);
        _rig.Ack((1, 7));

        _rig.Send(8, 14).Wait(100).Ack((9, 14));
        Assert.Equal([1UL], _rig.Lost);

        _rig.Send(15).Wait(1).Ack((9, 15));
        Assert.Equal([1UL, 8UL], _rig.Lost);
    }

    [Fact]
    public void The_packet_threshold_is_a_window_at_most_and_falls_back_after_sixteen_reductions()
    {
        var thresholds = new ReorderingThresholds();
        Assert.Equal(3, thresholds.Packets(100));

        thresholds.NoteSpurious(400, wasByTime: false);
        Assert.Equal((3, 100, 401), (thresholds.Packets(2), thresholds.Packets(100), thresholds.Packets(1_000)));

        thresholds.NoteSpurious(1, wasByTime: true);
        for (int i = 0; i < 15; i++) { thresholds.NoteReduction(); }

        Assert.Equal(401, thresholds.Packets(1_000));
        Assert.Equal(333 * 10 / 8.0, thresholds.Delay(new RoundTripEstimate()).TotalMilliseconds);
        thresholds.NoteReduction();
        Assert.Equal(3, thresholds.Packets(1_000));
        Assert.Equal(333 * 9 / 8.0, thresholds.Delay(new RoundTripEstimate()).TotalMilliseconds);
    }

    [Fact]
    public void A_long_time_without_one_arrival_is_persistent_congestion()
    {
        _rig.Measure(100);
        double timeout = _rig.Recovery.RoundTrip.Pto.TotalMilliseconds; // 325
        _rig.Wait(1).Send(1).Wait(100).Send(2).Wait((timeout * 3) - 99).Send(3).Wait(1).Send(4, 6).Wait(100).Ack((4, 6));

        Assert.Equal([1UL, 2UL, 3UL], _rig.Lost);
        Assert.Equal(1, _rig.Recovery.Statistics.Collapses);
        Assert.Equal(2 * 1_232, _rig.Recovery.Window);
    }

    [Fact]
    public void An_arrival_in_the_middle_is_no_persistent_congestion()
    {
        _rig.Measure(100).Wait(1).Send(1).Wait(500).Send(2).Wait(500).Send(3).Wait(1).Send(4, 6).Wait(100).Ack((4, 6), (2, 2));

        Assert.Equal([1UL, 3UL], _rig.Lost);
        Assert.Equal(0, _rig.Recovery.Statistics.Collapses);
    }

    [Fact]
    public void Packets_from_before_the_first_sample_are_no_persistent_congestion()
    {
        _rig.Send(1).Wait(5_000).Send(2).Wait(1).Send(3, 5).Wait(10).Ack((3, 5));

        Assert.Equal([1UL, 2UL], _rig.Lost);
        Assert.Equal(0, _rig.Recovery.Statistics.Collapses);
    }

    [Fact]
    public void Without_a_path_no_timer_runs_and_nothing_is_lost()
    {
        _rig.Measure(100).Send(1, 4);
        _rig.Recovery.Suspend();

        Assert.Null(_rig.Recovery.NextTimeout);
        Assert.Equal(SendPermission.WindowFull, _rig.Recovery.MaySend(1, _rig.Now));
        Assert.Equal(0, _rig.Recovery.Burst(_rig.Now));
        _rig.Wait(10_000).Recovery.Timeout(_rig, _rig.Now);
        Assert.Empty(_rig.Lost);
    }

    [Fact]
    public void On_the_same_network_window_and_round_trip_stay_and_probes_go_at_once()
    {
        _rig.Measure(100).Send(1, 4).Timeout().Timeout();
        _rig.Recovery.Suspend();
        _rig.Wait(10_000);
        long window = _rig.Recovery.Window;

        _rig.Recovery.Resume(true, _rig, _rig.Now);
        Assert.Equal((2, window), (_rig.Recovery.ProbesDue, _rig.Recovery.Window));
        Assert.Equal(325, _rig.UntilTimeout);

        _rig.Send(5, 6).Wait(100).Ack((5, 6));
        Assert.Equal([1UL, 2UL, 3UL, 4UL], _rig.Lost);
        Assert.Equal((0, 0), (_rig.Recovery.Statistics.Reductions, _rig.Recovery.Statistics.Collapses));
    }

    [Fact]
    public void On_another_network_all_begins_anew()
    {
        _rig.Measure(100).Send(1, 10, size: 1_232).Wait(100).Ack((1, 5));
        _rig.Recovery.Suspend();
        _rig.Recovery.Resume(false, _rig, _rig.Now);

        Assert.Equal([6UL, 7UL, 8UL, 9UL, 10UL], _rig.Lost);
        Assert.Equal((12_320L, 0L), (_rig.Recovery.Window, _rig.Recovery.BytesInFlight));
        Assert.Equal((0, 0), (_rig.Recovery.Tracked, _rig.Recovery.ProbesDue));
        Assert.False(_rig.Recovery.RoundTrip.HasAny);
        Assert.Null(_rig.Recovery.NextTimeout);

        Assert.True(_rig.Wait(500).Ack((1, 10)));
        Assert.False(_rig.Recovery.RoundTrip.HasAny);
        Assert.Equal(0, _rig.Recovery.Statistics.Spurious);
    }
}
