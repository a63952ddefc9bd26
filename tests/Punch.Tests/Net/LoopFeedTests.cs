using System.Diagnostics;
using Punch.Net;
using Punch.Net.Loop;
using Punch.Net.Sockets;
using Xunit;

namespace Punch.Tests.Net;

/// <summary>Input from elsewhere than the network ends the loop's wait.</summary>
public sealed class LoopFeedTests
{
    [Theory]
    [InlineData("Portable")]
    [InlineData("Linux")]
    public async Task A_wake_up_from_another_thread_ends_the_wait_each_time(string kind)
    {
        Assert.SkipWhen(kind == "Linux" && !OperatingSystem.IsLinux(), "needs Linux");
        using UdpSocket socket = UdpSocketTests.Bind("127.0.0.1:0", kind);
        using var wakeUp = new WakeUp(Enum.Parse<SocketKind>(kind));
        using var fed = new SemaphoreSlim(0);
        var machine = new PingPong(socket.Local, socket.Local, [1], enough: 1);
        var feed = new CountingFeed(machine, wakeUp, fed);

        // Without a wake-up the first turn would last until the machine gives up.
        Task loop = Task.Factory.StartNew(
            () => new ProtocolLoop<Pong>(machine, [socket], new MonotonicClock(), new Listener(), feed).RunToEnd(CancellationToken.None),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        while (!loop.IsCompleted)
        {
            wakeUp.Set();
            await fed.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        }

        await loop;
    }

    [Fact]
    public void A_feed_that_has_more_is_not_waited_for()
    {
        using UdpSocket socket = UdpSocket.Bind(Loopback.V4);
        using var wakeUp = new WakeUp();
        using var fed = new SemaphoreSlim(0);
        var machine = new PingPong(socket.Local, socket.Local, [1], enough: 1);
        var feed = new CountingFeed(machine, wakeUp, fed) { Next = Instant.Zero };

        new ProtocolLoop<Pong>(machine, [socket], new MonotonicClock(), new Listener(), feed).RunToEnd(CancellationToken.None);

        Assert.Equal(10_000, feed.Count);
    }

    [Theory]
    [InlineData("Portable")]
    [InlineData("Linux")]
    public void A_wake_up_may_be_set_after_its_end(string kind)
    {
        Assert.SkipWhen(kind == "Linux" && !OperatingSystem.IsLinux(), "needs Linux");
        var wakeUp = new WakeUp(Enum.Parse<SocketKind>(kind));
        wakeUp.Dispose();

        wakeUp.Set();
        wakeUp.Dispose();
    }

    private sealed class CountingFeed(PingPong machine, WakeUp wakeUp, SemaphoreSlim fed) : ILoopFeed
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public WakeUp WakeUp { get; } = wakeUp;

        public Instant? Next { get; init; }

        public void Feed(Instant now)
        {
            Debug.Assert(now >= Instant.Zero, "the loop's clock");
            if (Interlocked.Increment(ref _count) == 10_000) { machine.Stop(now); }

            fed.Release();
        }
    }
}
