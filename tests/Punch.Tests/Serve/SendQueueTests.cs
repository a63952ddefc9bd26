using Punch.Server.Streams;
using Punch.Tests.Relay;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>What waits for a connection: how much, in which order, and what is dropped.</summary>
public sealed class SendQueueTests : IDisposable
{
    private static readonly byte[] Reply = StunBytes.Request().ToArray();

    private readonly SendQueue _queue = new();
    private readonly Carrier _carrier = new();

    public void Dispose() => _carrier.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_leave_whole_and_in_order()
    {
        for (int i = 0; i < 60; i++) { Assert.True(_queue.TryAdd(i % 3 == 0 ? Reply : RelayRig.Frame(i + 30), SendKind.Frame)); }

        _queue.Complete();
        await _queue.WriteToAsync(_carrier, Cancellation);

        Assert.Equal(Enumerable.Range(0, 60).Select(i => i % 3 == 0 ? Reply.Length : i + 30), _carrier.Datagrams().Select(each => each.Length));
        Assert.False(_queue.TryAdd(Reply, SendKind.Reply));
    }

    [Fact]
    public void A_full_queue_drops_frames_then_notices_and_never_replies()
    {
        int frames = 0;
        while (_queue.TryAdd(RelayRig.Frame(1000), SendKind.Frame)) { frames++; }

        Assert.Equal((SendQueue.MaxLength - 3) / 1004, frames);
        Assert.True(_queue.TryAdd(RelayRig.Frame(1000), SendKind.Notice));
        while (_queue.TryAdd(RelayRig.Frame(1000), SendKind.Notice)) { frames++; }

        Assert.InRange(1004 * frames, SendQueue.MaxLength, SendQueue.MaxLength + SendQueue.NoticeRoom);
        Assert.True(_queue.TryAdd(Reply, SendKind.Reply));
        Assert.False(_queue.TryAdd(RelayRig.Frame(100), SendKind.Frame));
    }

    [Fact]
    public async Task What_is_being_written_counts_until_it_is()
    {
        var gate = new TaskCompletionSource();
        _carrier.Gate = gate.Task;
        _queue.TryAdd(RelayRig.Frame(4000), SendKind.Frame);
        Task writing = _queue.WriteToAsync(_carrier, Cancellation);
        int frames = 0;
        while (_queue.TryAdd(RelayRig.Frame(4000), SendKind.Frame)) { frames++; }

        Assert.Equal(((SendQueue.MaxLength - 3) / 4004) - 1, frames);
        gate.SetResult();
        Assert.True(await BecomesTrueAsync(() => _queue.TryAdd(RelayRig.Frame(4000), SendKind.Frame)));
        _queue.Complete();
        await writing;
        Assert.Equal(frames + 2, _carrier.Datagrams().Count);
    }

    [Fact]
    public async Task A_few_replies_keep_nobody_from_reading_and_many_do_until_they_are_taken()
    {
        for (int i = 0; i < SendQueue.MostReplies; i++) { _queue.TryAdd(Reply, SendKind.Reply); }

        Assert.True(_queue.WaitForReplies(Cancellation).IsCompleted);
        _queue.TryAdd(Reply, SendKind.Reply);
        Task waiting = _queue.WaitForReplies(Cancellation);
        Assert.False(waiting.IsCompleted);

        Task writing = _queue.WriteToAsync(_carrier, Cancellation);

        await waiting;
        _queue.Complete();
        await writing;
    }

    [Fact]
    public async Task A_writer_that_waits_is_woken_by_a_frame_and_by_the_end()
    {
        Task writing = _queue.WriteToAsync(_carrier, Cancellation);
        Assert.False(writing.IsCompleted);

        _queue.TryAdd(Reply, SendKind.Frame);
        Assert.True(await BecomesTrueAsync(() => _carrier.Datagrams().Count == 1));
        _queue.Complete();

        await writing;
    }

    private static Task<bool> BecomesTrueAsync(Func<bool> condition) =>
        Task.Run(() => SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(10)), Cancellation);

    private sealed class Carrier : IFrameCarrier
    {
        private readonly List<byte> _written = [];

        public Task Gate { get; set; } = Task.CompletedTask;

        public ValueTask<int> ReadAsync(Memory<byte> frames, CancellationToken cancellation) => new(0);

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellation)
        {
            await Gate;
            lock (_written) { _written.AddRange(frames.Span); }
        }

        public List<byte[]> Datagrams()
        {
            byte[] written;
            lock (_written) { written = [.. _written]; }

            List<byte[]> datagrams = [];
            for (int at = 0; at < written.Length;)
            {
                Assert.Equal(StreamFrame.Whole, StreamFraming.Read(written.AsSpan(at), out int whole, out Range payload));
                datagrams.Add(written[at..(at + whole)][payload]);
                at += whole;
            }

            return datagrams;
        }

        public void Dispose()
        {
        }
    }
}
