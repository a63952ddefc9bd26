using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Parts;

public sealed class FlowQueueTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    private readonly FlowQueue _queue = new(Longest);

    [Fact]
    public void Datagrams_keep_their_order_flow_and_length()
    {
        Assert.True(_queue.TryAdd(5, "one"u8, Instant.Zero));
        Assert.True(_queue.TryAdd(9, default, Instant.Zero));
        Assert.True(_queue.TryAdd(5, "three"u8, Instant.Zero));

        Assert.Equal((5, "one"), Take());
        Assert.Equal((9, ""), Take());
        Assert.Equal((5, "three"), Take());
        Assert.False(_queue.HasAny);
    }

    [Fact]
    public void A_datagram_that_waited_too_long_goes()
    {
        _queue.TryAdd(1, "old"u8, Instant.Zero);
        Instant later = Instant.Zero + Longest + TimeSpan.FromTicks(1);
        _queue.TryAdd(1, "new"u8, later);

        Assert.True(_queue.TryPeek(later, out _, out int length));
        Assert.Equal(3, length);
        Assert.Equal((1, "new"), Take());
        Assert.Equal(1, _queue.Dropped);
    }

    [Fact]
    public void A_full_queue_drops_what_comes()
    {
        for (int i = 0; i < FlowQueue.Most; i++) { Assert.True(_queue.TryAdd(1, "x"u8, Instant.Zero)); }

        Assert.False(_queue.TryAdd(1, "y"u8, Instant.Zero));
        Assert.Equal(1, _queue.Dropped);
    }

    [Fact]
    public void The_bytes_that_wait_are_bounded()
    {
        byte[] large = new byte[65_507];
        int taken = 0;
        while (_queue.TryAdd(1, large, Instant.Zero)) { taken++; }

        Assert.Equal(FlowQueue.MostBytes / large.Length, taken);
    }

    private (int Flow, string Text) Take()
    {
        Assert.True(_queue.TryPeek(Instant.Zero, out ulong flow, out int length));
        byte[] bytes = new byte[length];
        _queue.Take(bytes);
        return ((int)flow, System.Text.Encoding.ASCII.GetString(bytes));
    }
}
