using Punch.Protocol.Streams;
using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

/// <summary>RFC 9002 §6 and appendix A, with figures worked out by hand.</summary>
public sealed class LossDetectionTests
{
    private readonly RecoveryRig _rig = new();

    [Fact]
    public void A_packet_is_lost_when_the_third_one_after_it_arrives()
    {
        _rig.Measure(100).Send(1, 4).Wait(100).Ack((3, 3));
        Assert.Empty(_rig.Lost);

        _rig.Ack((3, 4));
        Assert.Equal([1UL], _rig.Lost);
        Assert.Equal([3UL, 4UL], _rig.Acknowledged);
        Assert.Equal(1_200, _rig.Recovery.BytesInFlight);
    }

    [Fact]
    public void Numbers_that_are_not_tracked_do_not_count_for_the_threshold()
    {
        _rig.Measure(100).Send(1).Send(50).Send(99).Wait(100).Ack((99, 99), (2, 49));

        Assert.Empty(_rig.Lost);
        Assert.Equal([99UL], _rig.Acknowledged);
    }

    [Fact]
    public void A_packet_is_lost_nine_eighths_of_a_round_trip_after_it_was_sent()
    {
        _rig.Measure(100).Send(1).Wait(8).Send(2).Wait(100).Ack((2, 2));
        Assert.Empty(_rig.Lost);
        Assert.Equal(112.5 - 108, _rig.UntilTimeout!.Value, 0.001);

        _rig.Timeout();
        Assert.Equal([1UL], _rig.Lost);
        Assert.Null(_rig.Recovery.NextTimeout);
        Assert.Equal(0, _rig.Recovery.ProbesDue);
    }

    [Fact]
    public void A_timeout_before_its_time_does_nothing()
    {
        _rig.Measure(100).Send(1).Wait(50);
        _rig.Recovery.Timeout(_rig, _rig.Now);

        Assert.Equal((0, 0L), (_rig.Recovery.ProbesDue, _rig.Recovery.Statistics.ProbeTimeouts));
    }

    [Fact]
    public void A_probe_timeout_asks_for_two_packets_and_waits_twice_as_long()
    {
        _rig.Measure(100).Send(1);
        Assert.Equal(100 + (4 * 50) + 25, _rig.UntilTimeout);

        _rig.Timeout();
        Assert.Equal(2, _rig.Recovery.ProbesDue);
        Assert.Empty(_rig.Lost);
        Assert.Equal(650, _rig.UntilTimeout);

        _rig.Send(2);
        Assert.Equal(1, _rig.Recovery.ProbesDue);
        _rig.Send(3);
        Assert.Equal((0, 650), (_rig.Recovery.ProbesDue, _rig.UntilTimeout));
    }

    [Fact]
    public void The_probe_timeout_ends_at_a_second_or_at_one_timeout_of_a_longer_path()
    {
        _rig.Measure(100).Send(1).Timeout();
        for (int i = 0; i < 10; i++) { _rig.Timeout(); }

        Assert.Equal(1_000, _rig.UntilTimeout);

        RecoveryRig far = new RecoveryRig().Measure(600).Send(1);
        Assert.Equal(600 + 1_200 + 25, far.UntilTimeout);
        Assert.Equal(600 + 1_200 + 25, far.Timeout().UntilTimeout);
    }

    [Fact]
    public void An_acknowledgement_ends_the_back_off_and_the_probes()
    {
        _rig.Measure(100).Send(1, 2).Timeout().Timeout().Wait(1).Ack((1, 1));

        Assert.Equal(0, _rig.Recovery.ProbesDue);
        Assert.True(_rig.UntilTimeout > 0);
    }

    [Fact]
    public void A_late_timeout_leaves_no_timer_in_the_past()
    {
        _rig.Measure(100).Send(1).Wait(3_600_000);
        _rig.Recovery.Timeout(_rig, _rig.Now);

        Assert.True(_rig.UntilTimeout > 0);
    }

    [Fact]
    public void A_probe_goes_beyond_the_window_and_is_small()
    {
        var rig = new RecoveryRig(limit: 1_472);
        rig.Measure(100).Send(1, 11);
        Assert.Equal(SendPermission.WindowFull, rig.Recovery.MaySend(1_232, rig.Now));

        rig.Timeout();
        Assert.Equal(SendPermission.Yes, rig.Recovery.MaySend(1_232, rig.Now));
        Assert.Equal(PathMtu.Base, rig.Recovery.MaxPacket);
    }

    [Fact]
    public void The_oldest_packets_can_go_again_with_a_probe()
    {
        PacketContent[] contents = new PacketContent[3];
        Assert.Equal(0, _rig.Recovery.CopyOldest(contents));
        _rig.Measure(100).Send(1, 3).Wait(100).Ack((1, 1));

        Assert.Equal(2, _rig.Recovery.CopyOldest(contents));
        Assert.Equal(1, _rig.Recovery.CopyOldest(contents.AsSpan(0, 1)));
    }

    [Fact]
    public void Packets_that_need_no_acknowledgement_set_no_timer()
    {
        _rig.Measure(100).Send(1, 1, traits: PacketTraits.None);

        Assert.Null(_rig.Recovery.NextTimeout);
        Assert.Equal(1_200, _rig.Recovery.BytesInFlight);
    }

    [Fact]
    public void A_sample_needs_a_new_largest_packet_that_the_peer_must_acknowledge()
    {
        _rig.Measure(100).Send(1, 2).Wait(100).Ack((2, 2));
        _rig.Wait(70).Ack((1, 2));
        Assert.Equal(100, _rig.Recovery.RoundTrip.Latest.TotalMilliseconds);

        _rig.Send(3, 3, traits: PacketTraits.None).Wait(70).Ack((3, 3));
        Assert.Equal(100, _rig.Recovery.RoundTrip.Latest.TotalMilliseconds);
    }

    [Fact]
    public void A_sample_without_the_delay_moves_the_average()
    {
        _rig.Measure(100).Send(1).Wait(140).AckLate(20, (1, 1));

        Assert.Equal(102.5, _rig.Recovery.RoundTrip.Smoothed.TotalMilliseconds);
    }

    [Fact]
    public void Acknowledgements_that_break_the_protocol_change_nothing()
    {
        _rig.Measure(100).Send(1, 3).Send(5, 8).Wait(100);
        _rig.Recovery.NoteSkipped(4);

        Assert.False(_rig.Ack());
        Assert.False(_rig.Ack((1, 9)));
        Assert.False(_rig.Ack((0, ulong.MaxValue)));
        Assert.False(_rig.Ack((3, 5)));
        Assert.False(_rig.Ack((8, 8), (4, 4)));
        Assert.False(_rig.Ack((7, 6)));
        Assert.False(_rig.Ack((1, 2), (5, 6)));
        Assert.False(_rig.Ack((5, 8), (1, 5)));
        Assert.Empty(_rig.Acknowledged);
        Assert.Equal(7, _rig.Recovery.Tracked);

        Assert.True(_rig.Ack((5, 8), (0, 3)));
        Assert.Equal(0, _rig.Recovery.Tracked);
    }

    [Fact]
    public void Only_the_newest_skipped_numbers_are_kept()
    {
        for (ulong number = 1; number <= 17; number++) { _rig.Recovery.NoteSkipped(number * 2); }

        _rig.Send(100);
        Assert.True(_rig.Ack((1, 3)));
        Assert.False(_rig.Ack((4, 4)));
        Assert.False(_rig.Ack((34, 35)));
    }

    [Fact]
    public void A_full_table_still_sends_probes_and_at_last_gives_up_the_oldest_packet()
    {
        _rig.Measure(1).Send(1, SentPacketTable.Limit - 64, size: 0);
        Assert.Equal(SendPermission.TableFull, _rig.Recovery.MaySend(0, _rig.Now));

        ulong next = SentPacketTable.Limit - 63;
        for (int i = 0; i < 100; i++)
        {
            _rig.Timeout();
            Assert.Equal(SendPermission.Yes, _rig.Recovery.MaySend(0, _rig.Now));
            _rig.Send(next++);
        }

        Assert.Equal(100 - 64, _rig.Lost.Count);
        Assert.Equal(1UL, _rig.Lost[0]);
    }
}
