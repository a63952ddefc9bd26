using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Sockets;
using Xunit;

namespace Punch.Tests.Net;

/// <summary>What a receive gives: several datagrams at a time, in order, none glued to another, and none cut.</summary>
public sealed class ReceivedBatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [MemberData(nameof(UdpSocketTests.Kinds), MemberType = typeof(UdpSocketTests))]
    public void All_that_wait_are_taken_in_order_at_most_a_batch_at_a_time(string local, string kind)
    {
        using UdpSocket a = UdpSocketTests.Bind(local, kind);
        using UdpSocket b = UdpSocketTests.Bind(local, kind);
        var batch = new ReceivedBatch();
        for (byte i = 0; i < ReceivedBatch.Capacity + 3; i++) { a.Send([i], b.Local); }

        List<byte> seen = [];
        while (seen.Count < ReceivedBatch.Capacity + 3)
        {
            Take(b, batch);
            for (int i = 0; i < batch.Count; i++)
            {
                Assert.Equal((a.Local, 1), (batch[i].From, batch[i].Length));
                seen.AddRange(batch.Bytes(i));
            }
        }

        Assert.Equal([.. Enumerable.Range(0, ReceivedBatch.Capacity + 3).Select(i => (byte)i)], seen);
        b.Receive(batch, TimeSpan.Zero);
        Assert.Equal(0, batch.Count);
    }

    [Fact]
    public void Datagrams_that_the_system_hands_over_together_fall_apart_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        using UdpSocket b = UdpSocket.Bind(Loopback.V4);
        byte[] sent = Loopback.Bytes((Transmit.MaxSegments * 1472) + 5);
        a.Send(sent.AsSpan(0, Transmit.MaxSegments * 1472), b.Local, new SendOptions { SegmentSize = 1472 });
        a.Send(sent.AsSpan(Transmit.MaxSegments * 1472), b.Local);

        List<int> lengths = [];
        List<byte> joined = [];
        var batch = new ReceivedBatch();
        while (joined.Count < sent.Length)
        {
            Take(b, batch);
            for (int i = 0; i < batch.Count; i++)
            {
                foreach (ReadOnlySpan<byte> each in batch.Datagrams(i))
                {
                    lengths.Add(each.Length);
                    joined.AddRange(each);
                }
            }
        }

        Assert.Equal([.. Enumerable.Repeat(1472, Transmit.MaxSegments), 5], lengths);
        Assert.Equal(sent, joined);
    }

    [Fact]
    public void What_the_system_cuts_short_is_lost_and_counted_and_the_next_one_arrives()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the system does not tell of it");
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        var batch = new ReceivedBatch(room: 8);
        a.Send(Loopback.Bytes(9), a.Local);
        a.Send(Loopback.Bytes(8), a.Local);

        Take(a, batch);

        Assert.Equal(1, batch.Count);
        Assert.Equal(Loopback.Bytes(8), batch.Bytes(0));
        Assert.True(a.TryTakeReceiveError(out SocketError error));
        Assert.Equal(SocketError.MessageSize, error);
        Assert.False(a.TryTakeReceiveError(out _));
    }

    /// <summary>Datagrams that overtook one another are no matter of the socket: each keeps its bytes.</summary>
    [Fact]
    public void Senders_and_sizes_may_alternate()
    {
        using UdpSocket a = UdpSocket.Bind(Loopback.V4);
        using UdpSocket b = UdpSocket.Bind(Loopback.V4);
        using UdpSocket to = UdpSocket.Bind(Loopback.V4);
        (UdpSocket From, byte[] Bytes)[] sent = [.. Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? a : b, Loopback.Bytes(i * 300)))];
        foreach ((UdpSocket from, byte[] bytes) in sent) { from.Send(bytes, to.Local, new SendOptions { SegmentSize = 700 }); }

        byte[] buffer = new byte[2048];
        foreach ((UdpSocket from, byte[] bytes) in sent)
        {
            foreach (ReadOnlySpan<byte> each in new Segments(bytes, 700))
            {
                Assert.True(Loopback.WaitFor(to, buffer, out TransportAddress sender, out int length));
                Assert.Equal(from.Local, sender);
                Assert.Equal(each, buffer.AsSpan(0, length));
            }
        }
    }

    private static void Take(UdpSocket socket, ReceivedBatch batch)
    {
        var clock = new MonotonicClock();
        do { socket.Receive(batch, TimeSpan.FromMilliseconds(50)); }
        while (batch.Count == 0 && clock.Now < Instant.Zero + Patience);

        Assert.NotEqual(0, batch.Count);
    }
}
