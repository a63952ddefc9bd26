using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Loop;
using Punch.Net.Sockets;
using Xunit;

namespace Punch.Tests.Net;

public sealed class ProtocolLoopTests
{
    [Theory]
    [MemberData(nameof(UdpSocketTests.Kinds), MemberType = typeof(UdpSocketTests))]
    public async Task Two_loops_swap_datagrams_until_both_have_heard_enough(string local, string kind)
    {
        using UdpSocket a = UdpSocketTests.Bind(local, kind);
        using UdpSocket b = UdpSocketTests.Bind(local, kind);
        var ping = new PingPong(a.Local, b.Local, [1, 2, 3], enough: 500) { AnswersTheLast = false };
        var pong = new PingPong(b.Local, a.Local, [4, 5], enough: 500);
        var heard = new Listener();
        ping.Serve();

        await Task.WhenAll(Run(ping, heard, a), Run(pong, new Listener(), b));

        Assert.Equal((500, 500), (ping.Heard, pong.Heard));
        Assert.Equal(500, heard.Events);
        Assert.Equal([4, 5], ping.Payload.ToArray());
        Assert.Empty(heard.SendErrors);
    }

    [Theory]
    [MemberData(nameof(UdpSocketTests.Kinds), MemberType = typeof(UdpSocketTests))]
    public void Several_datagrams_of_one_transmit_arrive_one_by_one(string local, string kind)
    {
        using UdpSocket a = UdpSocketTests.Bind(local, kind);
        var machine = new PingPong(a.Local, a.Local, [1, 2, 3, 4, 5], enough: 3) { SegmentSize = 2, AnswersTheLast = false };
        machine.Serve();

        Loop(machine, new Listener(), a).RunToEnd(TestContext.Current.CancellationToken);

        Assert.Equal(3, machine.Heard);
        Assert.Equal([5], machine.Payload.ToArray());
    }

    /// <summary>So a machine that acknowledges does so once for all that came.</summary>
    [Theory]
    [InlineData("Portable")]
    [InlineData("Linux")]
    public void Datagrams_that_wait_are_all_handed_over_before_the_machine_sends(string kind)
    {
        Assert.SkipWhen(kind == "Linux" && !OperatingSystem.IsLinux(), "needs Linux");
        using UdpSocket a = UdpSocketTests.Bind("127.0.0.1:0", kind);
        using UdpSocket peer = UdpSocket.Bind(Loopback.V4);
        var machine = new PingPong(a.Local, peer.Local, [7], enough: 20);
        var heard = new Listener { Machine = machine };
        for (byte i = 0; i < 20; i++) { peer.Send([i], a.Local); }

        Loop(machine, heard, a).RunToEnd(TestContext.Current.CancellationToken);

        Assert.Equal(20, machine.HeardBeforeFirstSend);
        Assert.Equal(20, heard.Events);
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => (byte)i)], heard.Delivered);
    }

    [Theory]
    [InlineData("Portable")]
    [InlineData("Linux")]
    public void A_loop_receives_on_all_its_sockets_and_sends_from_the_named_one(string kind)
    {
        Assert.SkipWhen(kind == "Linux" && !OperatingSystem.IsLinux(), "needs Linux");
        using UdpSocket a = UdpSocketTests.Bind("127.0.0.1:0", kind);
        using UdpSocket b = UdpSocketTests.Bind("127.0.0.1:0", kind);
        using UdpSocket peer = UdpSocket.Bind(Loopback.V4);
        var machine = new PingPong(b.Local, peer.Local, [7], enough: 3);
        peer.Send([1], a.Local);
        peer.Send([2], b.Local);
        peer.Send([3], a.Local);

        Loop(machine, new Listener(), a, b).RunToEnd(TestContext.Current.CancellationToken);

        Assert.Equal(3, machine.Heard);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(Loopback.WaitFor(peer, new byte[8], out TransportAddress from, out _));
            Assert.Equal(b.Local, from);
        }
    }

    [Fact]
    public void What_a_machine_has_ready_is_sent_before_the_first_wait()
    {
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        using UdpSocket peer = UdpSocket.Bind(Loopback.V4);
        var machine = new PingPong(a.Local, peer.Local, [], enough: 0);
        machine.Serve();

        Loop(machine, new Listener(), a).RunToEnd(TestContext.Current.CancellationToken);

        Assert.True(Loopback.WaitFor(peer, new byte[8], out TransportAddress from, out int length));
        Assert.Equal((a.Local, 0), (from, length));
    }

    [Fact]
    public void A_due_deadline_reaches_the_machine()
    {
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        var machine = new PingPong(a.Local, a.Local, [], enough: 1) { NextTimeout = Instant.At(TimeSpan.FromMilliseconds(15)) };
        var clock = new MonotonicClock();

        new ProtocolLoop<Pong>(machine, [a], clock, new Listener()).RunToEnd(TestContext.Current.CancellationToken);

        Assert.True(machine.IsTimedOut);
        Assert.True(clock.Now >= machine.NextTimeout);
    }

    [Fact]
    public async Task A_cancelled_loop_stops_the_machine_once_and_runs_until_it_has_ended()
    {
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        using UdpSocket peer = UdpSocket.Bind(Loopback.V4);
        using var stop = new CancellationTokenSource();
        var machine = new PingPong(a.Local, peer.Local, "bye"u8.ToArray(), enough: 1) { OutlivesAStop = true };

        Task loop = Start(() => Loop(machine, new Listener(), a).RunToEnd(stop.Token));
        await stop.CancelAsync();

        // The farewell is out, but the loop still runs: it needs a reply to end.
        Assert.True(Loopback.WaitFor(peer, new byte[8], out _, out int length));
        Assert.Equal(3, length);
        peer.Send([1], a.Local);
        await loop;
        Assert.Equal(1, machine.Stops);
    }

    [Theory]
    [InlineData("Portable")]
    [InlineData("Linux")]
    public async Task A_stop_ends_a_sleep_without_a_deadline(string kind)
    {
        Assert.SkipWhen(kind == "Linux" && !OperatingSystem.IsLinux(), "needs Linux");
        using UdpSocket a = UdpSocketTests.Bind("127.0.0.1:0", kind);
        using var stop = new CancellationTokenSource();
        var machine = new PingPong(a.Local, a.Local, [1], enough: 1) { NextTimeout = null };

        Task loop = Start(() => Loop(machine, new Listener(), a).RunToEnd(stop.Token));
        await Task.WhenAny(loop, Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));
        Assert.False(loop.IsCompleted);
        await stop.CancelAsync();

        await loop.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(1, machine.Stops);
    }

    [Theory]
    [InlineData("Portable")]
    [InlineData("Linux")]
    public void Three_hundred_sockets_are_opened_as_they_are_sent_from_and_each_is_heard(string kind)
    {
        Assert.SkipWhen(kind == "Linux" && !OperatingSystem.IsLinux(), "needs Linux");
        using UdpSocket a = UdpSocketTests.Bind("127.0.0.1:0", kind);
        TransportAddress[] further = [.. Enumerable.Range(0, 300).Select(_ => FreeAddress()).Distinct()];
        var machine = new ManyPorts([a.Local, .. further]);

        new ProtocolLoop<Pong>(machine, [a], new MonotonicClock(), new Listener()).RunToEnd(TestContext.Current.CancellationToken);

        Assert.Empty(machine.Unheard);
        Assert.Empty(machine.Failed);
    }

    [Fact]
    public void A_loop_opens_a_bounded_number_of_sockets()
    {
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        using var wakeUp = new WakeUp();
        using var sockets = new LoopSockets([a], wakeUp);

        for (int i = 1; i < LoopSockets.MaxSockets; i++) { Assert.NotNull(sockets.Find(FreeAddress())); }

        Assert.Null(sockets.Find(FreeAddress()));
        Assert.Same(a, sockets.Find(a.Local));
    }

    [Fact]
    public void A_send_that_the_system_refuses_is_reported_and_ends_nothing()
    {
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        var machine = new PingPong(a.Local, TransportAddress.Parse("255.255.255.255:9"), [1], enough: 1);
        var heard = new Listener();
        machine.Serve();
        a.Send([1], a.Local);

        Loop(machine, heard, a).RunToEnd(TestContext.Current.CancellationToken);

        Assert.Equal([SocketError.AccessDenied, SocketError.AccessDenied], heard.SendErrors);
        Assert.Equal(2, machine.Notices.Count);
        Assert.Equal(NetworkNotice.SendFailed(a.Local, TransportAddress.Parse("255.255.255.255:9")), machine.Notices[0]);
        Assert.Empty(heard.Reports);
    }

    [Fact]
    public async Task A_local_address_that_the_machine_sends_from_is_bound_when_it_first_does()
    {
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        using UdpSocket peer = UdpSocket.Bind(Loopback.V4);
        TransportAddress further = FreeAddress();
        var machine = new PingPong(further, peer.Local, [1, 2, 3], enough: 1) { AnswersTheLast = false };
        machine.Serve();

        Task loop = Run(machine, new Listener(), a);

        // It sends from there, and receives there.
        Assert.True(Loopback.WaitFor(peer, new byte[8], out TransportAddress from, out _));
        Assert.Equal(further, from);
        peer.Send([1], further);
        await loop;
        Assert.Equal(1, machine.Heard);
        using UdpSocket freed = UdpSocket.Bind(further);
    }

    [Fact]
    public void A_local_address_that_is_not_to_be_had_loses_the_datagram_and_ends_nothing()
    {
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        var machine = new PingPong(TransportAddress.Parse("192.0.2.1:9"), a.Local, [1], enough: 1);
        var heard = new Listener();
        machine.Serve();
        a.Send([1], a.Local);

        Loop(machine, heard, a).RunToEnd(TestContext.Current.CancellationToken);

        Assert.All(heard.SendErrors, error => Assert.Equal(SocketError.AddressNotAvailable, error));
        Assert.NotEmpty(heard.SendErrors);
    }

    [Fact]
    public async Task A_flood_of_any_bytes_from_a_stranger_ends_nothing()
    {
        const ulong Seed = 20_261_122;
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        using UdpSocket stranger = UdpSocket.Bind(Loopback.V4);
        using UdpSocket peer = UdpSocket.Bind(Loopback.V4);
        var machine = new PingPong(a.Local, peer.Local, [1], int.MaxValue);
        var heard = new Listener();

        Task loop = Run(machine, heard, a);
        var random = new SplitMix64(Seed);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = new byte[random.NextInt(2048)];
            for (int at = 0; at < bytes.Length; at++) { bytes[at] = (byte)random.NextInt(256); }

            Assert.Equal(SocketError.Success, stranger.Send(bytes, a.Local));
        }

        // It still answers; then it is asked to stop.
        Assert.True(Loopback.WaitFor(peer, new byte[8], out _, out _));
        machine.Stop(default);
        await loop;
        Assert.True(machine.Heard > 0);
        Assert.Equal(machine.Heard, heard.Events);
    }

    [Fact]
    public void A_loop_that_runs_allocates_nothing()
    {
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        // It sends to itself, so each datagram is sent, received and reported on this thread.
        long few = Allocation.Fewest(() => Assert.Equal(1_000, Count(Machine(1_000), a)));
        long many = Allocation.Fewest(() => Assert.Equal(11_000, Count(Machine(11_000), a)));

        // The start of a loop allocates the same for both.
        Assert.InRange(many - few, -1_000, 1_000);

        PingPong Machine(int enough) => new(a.Local, a.Local, new byte[200], enough) { AnswersTheLast = false };
    }

    [Fact]
    public void A_clock_runs_with_its_provider_from_its_own_origin()
    {
        var time = new ManualTime();
        var clock = new MonotonicClock(time);
        Assert.Equal(Instant.Zero, clock.Now);

        time.Advance(TimeSpan.FromTicks(12_345));

        Assert.Equal(new Instant(12_345), clock.Now);
    }

    internal static ProtocolLoop<Pong> Loop(PingPong machine, Listener handler, params UdpSocket[] sockets) =>
        new(machine, sockets, new MonotonicClock(), handler);

    private static TransportAddress FreeAddress()
    {
        // Not in a range where tests that run at the same time take free ports, too.
        using UdpSocket probe = UdpSocket.Bind(OperatingSystem.IsLinux() ? TransportAddress.Parse("127.0.0.77:0") : Loopback.V4);
        return probe.Local;
    }

    private static Task Run(PingPong machine, Listener handler, UdpSocket socket) =>
        Start(() => Loop(machine, handler, socket).RunToEnd(CancellationToken.None));

    private static Task Start(Action run) =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static int Count(PingPong machine, UdpSocket socket)
    {
        machine.Serve();
        Loop(machine, new Listener(), socket).RunToEnd(CancellationToken.None);
        return machine.Heard;
    }
}
