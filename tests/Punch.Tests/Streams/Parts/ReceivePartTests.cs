using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Parts;

/// <summary>The states of the receiving part of a stream: RFC 9000 §3.2.</summary>
public sealed class ReceivePartTests
{
    private readonly ReceivePart _part = new();

    [Fact]
    public void It_goes_from_receive_to_read()
    {
        Assert.Equal(ReceiveState.Receive, _part.State);
        Receive(3, [4, 5], isFin: true);
        Assert.Equal(ReceiveState.SizeKnown, _part.State);
        Assert.False(_part.HasBytes);
        Receive(0, [1, 2, 3]);
        Assert.Equal(ReceiveState.DataReceived, _part.State);
        Assert.Equal([1, 2, 3, 4, 5], _part.Peek().ToArray());
        _part.Take(4);
        Assert.Equal(ReceiveState.DataReceived, _part.State);
        _part.Take(1);

        Assert.Equal(ReceiveState.DataRead, _part.State);
        Assert.False(_part.IsComplete);
        _part.NoteConsumed(4);
        Assert.False(_part.IsComplete);
        _part.NoteConsumed(5);
        Assert.True(_part.IsComplete);
    }

    [Fact]
    public void An_empty_stream_is_read_by_its_end()
    {
        Receive(0, [], isFin: true);

        Assert.Equal(ReceiveState.DataRead, _part.State);
        Assert.True(_part.IsComplete);
    }

    [Fact]
    public void Bytes_may_come_twice_and_overlap()
    {
        Receive(2, [3, 4, 5]);
        Receive(4, [5, 6]);
        Receive(0, [1, 2, 3]);
        Receive(1, [2]);
        Assert.Equal([1, 2, 3, 4, 5, 6], _part.Peek().ToArray());
        _part.Take(3);
        Receive(0, [1, 2, 3, 4, 5, 6, 7]);

        Assert.Equal([4, 5, 6, 7], _part.Peek().ToArray());
        Assert.Equal(7UL, _part.Highest);
    }

    [Fact]
    public void Growth_counts_each_byte_once()
    {
        Assert.Equal(5UL, Growth(0, 5));
        Assert.Equal(0UL, Growth(2, 3));
        Assert.Equal(10UL, Growth(10, 5));
        Assert.Equal(0UL, Growth(5, 5));
    }

    [Theory]
    [InlineData(FlowCredit.FirstOfStream - 1, StreamError.None)]
    [InlineData(FlowCredit.FirstOfStream, StreamError.FlowControl)]
    public void Bytes_beyond_the_credit_are_refused(ulong offset, StreamError error)
    {
        Assert.Equal(error, _part.Receive(offset, [1], isFin: false, out _));
    }

    [Fact]
    public void The_end_is_told_once()
    {
        Receive(0, [1, 2]);
        Assert.Equal(StreamError.FinalSize, _part.Receive(0, [1], isFin: true, out _));
        Receive(2, [3], isFin: true);
        Receive(2, [3], isFin: true);
        Receive(0, [1, 2, 3]);

        Assert.Equal(StreamError.FinalSize, _part.Receive(0, [1, 2], isFin: true, out _));
        Assert.Equal(StreamError.FinalSize, _part.Receive(3, [4], isFin: false, out _));
        Assert.Equal(StreamError.FinalSize, _part.Reset(7, 2, out _));
    }

    [Fact]
    public void A_stream_that_the_peer_gives_up_gives_no_more_bytes()
    {
        Receive(0, [1, 2]);
        Receive(5, [6]);
        Assert.Equal(StreamError.None, _part.Reset(7, 10, out ulong growth));

        Assert.Equal(4UL, growth);
        Assert.Equal((ReceiveState.ResetReceived, 7UL), (_part.State, _part.ResetCode));
        Assert.True(_part.IsOver);
        Assert.True(_part.Peek().IsEmpty);
        Assert.Equal(10UL, _part.Released);
        _part.Take(1);
        Receive(2, [3]);
        Assert.Equal(StreamError.None, _part.Reset(7, 10, out growth));
        Assert.Equal(0UL, growth);
        Assert.Equal(10UL, _part.Released);
    }

    [Fact]
    public void A_stream_that_has_all_its_bytes_cannot_be_given_up()
    {
        Receive(0, [1, 2], isFin: true);
        Assert.Equal(StreamError.None, _part.Reset(7, 2, out _));

        Assert.Equal(ReceiveState.DataReceived, _part.State);
        Assert.Equal([1, 2], _part.Peek().ToArray());
    }

    [Fact]
    public void A_refused_stream_drops_what_comes_and_is_never_complete()
    {
        Receive(0, [1, 2]);
        Assert.True(_part.Stop());
        Assert.False(_part.Stop());
        Assert.False(_part.IsOver);
        Assert.Equal(2UL, _part.Released);
        Receive(3, [4], isFin: true);
        Receive(2, [3]);
        _part.NoteConsumed(4);

        Assert.True(_part.IsOver);
        Assert.True(_part.Peek().IsEmpty);
        Assert.False(_part.IsComplete);
        Assert.Equal(4UL, _part.Released);
    }

    [Fact]
    public void A_complete_stream_cannot_be_refused()
    {
        Receive(0, [1], isFin: true);
        _part.Take(1);
        _part.NoteConsumed(1);

        Assert.False(_part.Stop());

        Assert.True(_part.IsComplete);
    }

    private void Receive(ulong offset, byte[] bytes, bool isFin = false) =>
        Assert.Equal(StreamError.None, _part.Receive(offset, bytes, isFin, out _));

    private ulong Growth(ulong offset, int length)
    {
        Assert.Equal(StreamError.None, _part.Receive(offset, new byte[length], isFin: false, out ulong growth));
        return growth;
    }
}
