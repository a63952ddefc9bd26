using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Parts;

/// <summary>When packets are acknowledged, and how: RFC 9000 §13.2.</summary>
public sealed class ReceivedPacketsTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);
    private static readonly Instant Start = Instant.At(TimeSpan.FromSeconds(1));

    private readonly ReceivedPackets _received = new();

    [Fact]
    public void One_packet_waits_for_another_but_not_for_long()
    {
        Assert.Null(_received.DueAt);
        _received.Note(0, AckNeed.Soon, Delay, Start);

        Assert.Equal(Start + Delay, _received.DueAt);
        Assert.False(_received.IsDue(Start + TimeSpan.FromMilliseconds(9)));
        Assert.True(_received.IsDue(Start + Delay));
    }

    [Fact]
    public void The_longest_wait_is_25_ms()
    {
        _received.Note(0, AckNeed.Soon, TimeSpan.FromSeconds(1), Start);

        Assert.Equal(Start + TimeSpan.FromMilliseconds(25), _received.DueAt);
    }

    [Fact]
    public void Two_packets_are_acknowledged_at_once()
    {
        Note(0, 1);

        Assert.True(_received.IsDue(Start));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 2)]
    public void A_packet_out_of_order_is_acknowledged_at_once(ulong first, ulong second)
    {
        Note(first);
        Write();
        Assert.False(_received.IsDue(Start));

        Note(second);

        Assert.True(_received.IsDue(Start));
    }

    [Fact]
    public void A_gap_shows_behind_a_frame_that_asks_for_nothing()
    {
        Note(0);
        Write();
        _received.Note(2, AckNeed.None, Delay, Start);
        Assert.False(_received.IsDue(Start));

        Note(3);

        Assert.True(_received.IsDue(Start));
    }

    [Fact]
    public void A_gap_that_a_frame_of_another_kind_fills_is_none()
    {
        Note(0);
        Write();
        _received.Note(1, AckNeed.None, Delay, Start);
        Note(2);

        Assert.False(_received.IsDue(Start));
        Assert.Equal("0202000002", Write());
    }

    [Fact]
    public void The_end_of_a_stream_is_acknowledged_at_once()
    {
        _received.Note(0, AckNeed.AtOnce, Delay, Start);

        Assert.True(_received.IsDue(Start));
    }

    [Fact]
    public void Frames_that_ask_for_nothing_get_nothing()
    {
        for (ulong number = 0; number < 10; number += 2) { _received.Note(number, AckNeed.None, Delay, Start); }

        Assert.Null(_received.DueAt);
        Assert.False(_received.HasNews);
    }

    [Fact]
    public void An_acknowledgement_tells_each_packet_and_its_delay()
    {
        Note(1, 2, 5);

        Assert.Equal("0205" + "43E8" + "01" + "00" + "01" + "01", Write(TimeSpan.FromMilliseconds(1)));
        Assert.False(_received.HasNews);
        Assert.Null(_received.DueAt);
    }

    [Fact]
    public void Without_room_it_stays_due()
    {
        Note(0, 1);
        var writer = new PacketWriter(new byte[3]);

        Assert.Null(_received.Write(ref writer, Start));

        Assert.True(_received.IsDue(Start));
        Assert.Equal(0, writer.Length);
    }

    [Fact]
    public void The_newest_32_ranges_are_kept()
    {
        for (ulong number = 0; number < 80; number += 2) { Note(number); }

        Assert.Equal("02" + "404E" + "00" + "1F" + "00" + string.Concat(Enumerable.Repeat("0000", 31)), Write());
    }

    [Fact]
    public void Ranges_below_what_the_peer_knows_are_forgotten()
    {
        Note(0, 2, 4, 6);
        _received.Forget(4);

        Assert.Equal("0206" + "00" + "01" + "00" + "0000", Write());
    }

    [Fact]
    public void A_side_that_only_receives_asks_for_an_answer_now_and_then()
    {
        Note(0);
        for (ulong i = 0; i < 32; i++)
        {
            Assert.False(_received.WantsAnswer);
            Note(i + 2);
            Write();
        }

        Assert.True(_received.WantsAnswer);
        _received.Forget(20);
        Assert.False(_received.WantsAnswer);
    }

    [Fact]
    public void After_new_keys_everything_begins_anew()
    {
        Note(7, 9);
        _received.Clear();
        Assert.Null(_received.DueAt);

        Note(0);

        Assert.False(_received.IsDue(Start));
        Assert.Equal("0200000000", Write());
    }

    private void Note(params ReadOnlySpan<ulong> numbers)
    {
        foreach (ulong number in numbers) { _received.Note(number, AckNeed.Soon, Delay, Start); }
    }

    private string Write(TimeSpan later = default)
    {
        byte[] room = new byte[200];
        var writer = new PacketWriter(room);
        Assert.NotNull(_received.Write(ref writer, Start + later));
        return Convert.ToHexString(room.AsSpan(0, writer.Length));
    }
}
