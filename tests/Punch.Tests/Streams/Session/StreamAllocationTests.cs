using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Session;

public sealed class StreamAllocationTests
{
    private const int Batch = 16;

    private readonly StreamSession _sender = New();
    private readonly StreamSession _receiver = New();
    private readonly byte[] _block = new byte[65_536];
    private readonly byte[][] _packets = [.. Enumerable.Range(0, Batch).Select(_ => new byte[1_500])];
    private readonly int[] _lengths = new int[Batch];
    private Instant _now = Instant.Zero;
    private ulong _fromSender;
    private ulong _fromReceiver;

    [Fact]
    public void A_packet_allocates_nothing_at_either_side()
    {
        // Until the rings have their full size.
        Carry(40_000_000);

        long allocated = Allocation.Fewest(() => Carry(1_000_000));

        Assert.Equal(0, allocated);
    }

    private static StreamSession New()
    {
        var session = new StreamSession(StreamUse.Pipe, StreamSide.Overhead, 1_472, Instant.Zero);
        session.UsePath(isSameNetwork: false, TimeSpan.FromMilliseconds(10), Instant.Zero);
        return session;
    }

    private void Carry(long bytes)
    {
        DataStream source = _sender.Find(StreamSession.FirstStream)!;
        DataStream sink = _receiver.Find(StreamSession.FirstStream)!;
        ulong end = sink.Receive.Taken + (ulong)bytes;
        while (sink.Receive.Taken < end)
        {
            while (_sender.Write(source, _block) == _block.Length) { }

            bool isLossy = _fromSender % 500 < Batch;
            Pass(_sender, _receiver, ref _fromSender, _fromReceiver, isLossy);
            while (sink.Receive.HasBytes) { _receiver.Take(sink, sink.Receive.Peek().Length, _now); }

            Pass(_receiver, _sender, ref _fromReceiver, _fromSender, isLossy: false);
        }
    }

    private void Pass(StreamSession from, StreamSession to, ref ulong next, ulong last, bool isLossy)
    {
        from.Timeout(_now);
        int count = 0;
        while (count < Batch && (_lengths[count] = from.WritePacket(next, _packets[count], _now)) > 0)
        {
            count++;
            next++;
        }

        _now += TimeSpan.FromMilliseconds(5);
        for (int i = isLossy ? 1 : 0; i < count; i++)
        {
            to.Receive(next - (ulong)(count - i), last == 0 ? 0 : last - 1, _packets[i].AsSpan(0, _lengths[i]), _now);
        }
    }
}
