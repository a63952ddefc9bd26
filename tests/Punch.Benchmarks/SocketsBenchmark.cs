using System.Globalization;
using Punch.Net;
using Punch.Net.Loop;
using Punch.Net.Sockets;
using Punch.Protocol;

namespace Punch.Benchmarks;

/// <summary>Measures how many datagrams a second one loop sends to another over loopback, with the acknowledgements that come back.</summary>
internal static class SocketsBenchmark
{
    private const int Datagrams = 1_000_000;
    private const int Runs = 5;
    private const string NoSegments = "PUNCH_NO_GSO";

    public static Table Run()
    {
        var table = new Table(
            $"Sockets: {Measure.Thousands(Datagrams)} datagrams of {BulkSender.Size} bytes from one loop to another (median of {Runs})",
            "datagrams a transmit", "a second", "processor time a datagram, both sides", "datagrams an acknowledgement", "bytes allocated a datagram");
        OwnNetwork.Enter();
        Add(table, 1, isOff: false);
        Add(table, Transmit.MaxSegments, isOff: true);
        Add(table, Transmit.MaxSegments, isOff: false);
        table.Note(OwnNetwork.Note);
        return table;
    }

    private static void Add(Table table, int segments, bool isOff)
    {
        Environment.SetEnvironmentVariable(NoSegments, isOff ? "1" : null);
        List<Result> results = [.. Enumerable.Range(0, Runs).Select(_ => Send(segments))];
        Environment.SetEnvironmentVariable(NoSegments, null);
        table.Row(
            segments.ToString(CultureInfo.InvariantCulture) + (isOff ? $", {NoSegments}=1" : ""),
            Measure.Thousands(Measure.Median(results.Select(each => Datagrams / each.Seconds))),
            Measure.Median(results.Select(each => each.Processor / Datagrams * 1e6)).ToString("F2", CultureInfo.InvariantCulture) + " us",
            Measure.Median(results.Select(each => (double)Datagrams / each.Acknowledgements)).ToString("F1", CultureInfo.InvariantCulture),
            Measure.Median(results.Select(each => (double)each.Allocated / Datagrams)).ToString("F2", CultureInfo.InvariantCulture));
    }

    private static Result Send(int segments)
    {
        using var a = UdpSocket.Bind(TransportAddress.Parse("127.0.0.1:0"));
        using var b = UdpSocket.Bind(TransportAddress.Parse("127.0.0.1:0"));
        var clock = new MonotonicClock();
        var sender = new BulkSender(a.Local, b.Local, segments, Datagrams);
        var receiver = new BulkReceiver(b.Local, a.Local, Datagrams);
        using var sending = new ProtocolLoop<int>(sender, [a], clock, new Ignore());
        using var receiving = new ProtocolLoop<int>(receiver, [b], clock, new Ignore());
        var thread = new Thread(() => receiving.Run(CancellationToken.None));
        long allocated = GC.GetTotalAllocatedBytes();
        TimeSpan time = TimeSpan.Zero;
        TimeSpan processor = Measure.ProcessorTime(() => time = Measure.Time(() =>
        {
            thread.Start();
            sending.Run(CancellationToken.None);
            thread.Join();
        }));
        return new Result(time.TotalSeconds, processor.TotalSeconds, receiver.Acknowledgements, GC.GetTotalAllocatedBytes() - allocated);
    }

    private readonly record struct Result(double Seconds, double Processor, long Acknowledgements, long Allocated);

    private sealed class Ignore : ILoopHandler<int>
    {
        public void OnStarted()
        {
        }

        public void OnEvent(in int e)
        {
        }

        public void OnSendFailed(TransportAddress from, TransportAddress to, System.Net.Sockets.SocketError error)
        {
        }

        public void OnReceiveFailed(TransportAddress local, System.Net.Sockets.SocketError error)
        {
        }

        public void OnRefused(in IcmpReport report)
        {
        }
    }
}
