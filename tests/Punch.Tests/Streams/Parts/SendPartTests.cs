using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Parts;

/// <summary>The states and pieces of the sending part of a stream: RFC 9000 §3.1. Pieces are written as "offset+length".</summary>
public sealed class SendPartTests
{
    private const ulong Limit = 1_000;

    private readonly SendPart _part = new(Limit);

    [Fact]
    public void It_goes_from_send_to_received()
    {
        Assert.Equal(SendState.Send, _part.State);
        _part.Write(new byte[30]);
        _part.Finish();
        Assert.Equal("0+20", Take(20));
        Assert.Equal(SendState.Send, _part.State);
        Assert.Equal("20+10 end", Take(20));
        Assert.Equal(SendState.DataSent, _part.State);
        Acknowledge(20, 10, isFin: true);
        Assert.Equal(SendState.DataSent, _part.State);
        Assert.Equal(30, _part.Held);
        Acknowledge(0, 20);

        Assert.Equal(SendState.DataReceived, _part.State);
        Assert.Equal(0, _part.Held);
        Assert.False(_part.IsComplete);
        Assert.True(_part.NoteConsumed(30));
        Assert.True(_part.IsComplete);
    }

    [Fact]
    public void An_empty_stream_sends_its_end()
    {
        Assert.False(_part.HasNew(Limit));
        _part.Finish();
        Assert.True(_part.HasNew(credit: 0));
        Assert.Equal("0+0 end", Take(20));
        Assert.False(_part.HasNew(Limit));
        Acknowledge(0, 0, isFin: true);

        Assert.Equal(SendState.DataReceived, _part.State);
    }

    [Fact]
    public void The_end_may_follow_alone()
    {
        _part.Write(new byte[10]);
        Assert.Equal("0+10", Take(20));
        _part.Finish();

        Assert.Equal("10+0 end", Take(20));
    }

    [Fact]
    public void Credit_and_limit_hold_new_bytes_back()
    {
        _part.Write(new byte[1_500]);
        Assert.False(_part.HasNew(credit: 0));
        Assert.Equal("0+5", Take(20, credit: 5));
        Assert.Equal("5+995", Take(2_000));
        Assert.False(_part.HasNew(Limit));

        _part.Allow(900);
        Assert.False(_part.HasNew(Limit));
        _part.Allow(1_100);
        Assert.Equal("1000+100", Take(2_000));
    }

    [Fact]
    public void Lost_pieces_go_first_and_without_credit()
    {
        _part.Write(new byte[60]);
        Take(20);
        Take(20);
        _part.Lose(0, 20, isFin: false);
        Assert.True(_part.HasRepairs);

        Assert.Equal("0+15 again", Take(15, credit: 0));
        Assert.Equal("15+5 again", Take(15, credit: 0));
        Assert.Equal("40+15", Take(15));
        Assert.Equal(20UL, _part.Repaired);
    }

    [Fact]
    public void What_came_is_not_sent_again()
    {
        _part.Write(new byte[60]);
        Take(60);
        Acknowledge(0, 10);
        Acknowledge(20, 10);
        Acknowledge(40, 10);
        _part.Lose(0, 60, isFin: false);

        Assert.Equal("10+10 again", Take(60));
        Assert.Equal("30+10 again", Take(60));
        Assert.Equal("50+10 again", Take(60));
        Assert.False(_part.HasRepairs);
    }

    [Fact]
    public void A_lost_piece_that_came_after_all_is_not_sent_again()
    {
        _part.Write(new byte[60]);
        Take(60);
        _part.Lose(0, 60, isFin: false);
        Acknowledge(0, 30);

        Assert.Equal("30+30 again", Take(60));
    }

    [Fact]
    public void A_piece_may_be_acknowledged_twice()
    {
        _part.Write(new byte[60]);
        Take(60);
        Acknowledge(0, 40);
        Acknowledge(0, 20);
        Assert.Equal(20, _part.Held);
        Acknowledge(10, 50);

        Assert.Equal(0, _part.Held);
    }

    [Fact]
    public void A_lost_end_is_sent_again()
    {
        _part.Write(new byte[10]);
        _part.Finish();
        Take(10);
        Acknowledge(0, 10);
        _part.Lose(0, 10, isFin: true);

        Assert.True(_part.HasRepairs);
        Assert.Equal("10+0 end again", Take(20));
        Assert.False(_part.HasRepairs);
    }

    [Fact]
    public void A_peer_that_has_everything_has_acknowledged_everything()
    {
        _part.Write(new byte[10]);
        _part.Finish();
        Take(10);

        Assert.True(_part.NoteConsumed(10));

        Assert.True(_part.IsComplete);
        Assert.False(_part.HasRepairs);
    }

    [Fact]
    public void A_peer_cannot_have_more_than_was_sent()
    {
        _part.Write(new byte[10]);
        Take(5);

        Assert.False(_part.NoteConsumed(6));

        Assert.Equal(0UL, _part.Consumed);
    }

    [Fact]
    public void A_stream_that_is_given_up_ends_when_the_peer_knows_it()
    {
        _part.Write(new byte[10]);
        Take(5);
        Assert.True(_part.Reset(7));
        Assert.Equal((SendState.ResetSent, 7UL), (_part.State, _part.ResetCode));
        Assert.False(_part.HasNew(Limit) || _part.HasRepairs);
        Assert.False(_part.Reset(8));
        _part.Lose(0, 5, isFin: false);
        Acknowledge(0, 5);
        _part.Write([1]);
        Assert.False(_part.HasRepairs);

        _part.NoteResetAcknowledged();

        Assert.Equal((SendState.ResetReceived, 7UL), (_part.State, _part.ResetCode));
        Assert.True(_part.IsOver);
        Assert.False(_part.IsComplete);
    }

    [Fact]
    public void A_peer_that_has_every_byte_may_still_refuse_them()
    {
        _part.Write(new byte[10]);
        _part.Finish();
        Take(10);
        Acknowledge(0, 10, isFin: true);

        // The peer does not have to be told.
        Assert.False(_part.Reset(9));

        Assert.Equal((SendState.ResetReceived, 9UL), (_part.State, _part.ResetCode));
        _part.NoteAllConsumed();
        Assert.False(_part.IsComplete);
    }

    [Fact]
    public void A_complete_stream_cannot_be_given_up()
    {
        _part.Finish();
        Take(10);
        _part.NoteAllConsumed();

        Assert.False(_part.Reset(9));

        Assert.True(_part.IsComplete);
    }

    private string Take(int room, ulong credit = Limit)
    {
        StreamPiece piece = _part.Take(room, credit);
        return $"{piece.Offset}+{piece.Length}{(piece.IsFin ? " end" : "")}{(piece.IsNew ? "" : " again")}";
    }

    private void Acknowledge(ulong offset, int length, bool isFin = false) => _part.Acknowledge(offset, length, isFin);
}
