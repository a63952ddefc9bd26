using System.Diagnostics.CodeAnalysis;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Benchmarks;

/// <summary>Measures the datagrams that a simulator carries a second of wall time, and their allocations.</summary>
internal static class SimulatorBenchmark
{
    private const int Datagrams = 400_000;
    private const int Size = 1400;

    // As many as a line of 100 Mbit/s and 50 ms holds.
    private const int Window = 450;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(25);
    private static readonly LinkOptions Plain = new() { Delay = Delay };

    public static Table Run()
    {
        var table = new Table(
            $"Simulator: datagrams of {Size} bytes in virtual time (one core)", "way", "a second of wall time", "bytes allocated a datagram");
        Add(table, "host - router - core - NAT - host", Plain, false);
        Add(table, "host - NAT - core - NAT - host", Plain, true);
        Add(table, "host - NAT - core - NAT - host, jitter 5 ms, loss 1 %, duplication 1 %", Busy, true);
        Add(table, "host - NAT - core - NAT - host, 200 Mbit/s, a queue, an MTU, loss 1 %", Slow, true);
        return table;
    }

    private static LinkOptions Slow => Plain with { Rate = 200_000_000, Queue = 1_250_000, Mtu = 1500, Loss = 0.01 };

    private static LinkOptions Busy => Plain with { Jitter = TimeSpan.FromMilliseconds(5), Loss = 0.01, Duplication = 0.01 };

    private static void Add(Table table, string way, LinkOptions link, bool isTranslated)
    {
        Exchange(link, isTranslated);
        long allocated = 0;
        double rate = Measure.Median(Enumerable.Range(0, 5).Select(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long arrived = 0;
            TimeSpan time = Measure.ProcessorTime(() => arrived = Exchange(link, isTranslated));
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return arrived / time.TotalSeconds;
        }).ToArray());
        table.Row(way, Measure.Thousands(rate), Measure.Ratio((double)allocated / Datagrams));
    }

    /// <summary>Sends all in one direction, a window at a time, and returns how many arrived.</summary>
    private static long Exchange(LinkOptions link, bool isTranslated)
    {
        var simulator = new Simulator(1, keepsTranscript: false);
        NatPreset access = isTranslated ? NatPresets.PortPreserving : NatPresets.Open;
        Site a = access.Attach(simulator.Network, "a", HostAddress.Parse("198.51.100.1"), link, 1);
        Site b = NatPresets.FullConePreserving.Attach(simulator.Network, "b", HostAddress.Parse("203.0.113.2"), link, 2);
        var any = new TransportAddress(HostAddress.AnyV4, 6311);
        SimulatedMachine<int> receiver = simulator.Start(b.Host, [any], Instant.Zero, _ => new Source(any, new(a.PublicAddress, 6311), 1));
        simulator.Start(a.Host, [any], Instant.Zero, _ => new Source(any, new(b.PublicAddress, 6311), Datagrams));
        simulator.RunUntil(Instant.At(TimeSpan.FromHours(1)));
        return receiver.ReceivedCount;
    }

    /// <summary>Sends a number of datagrams, a window each round trip.</summary>
    private sealed class Source(TransportAddress local, TransportAddress remote, int count) : IProtocol<int>
    {
        private int _left = count;
        private int _ready = Math.Min(count, Window);

        public bool IsEnded => false;

        public Instant? NextTimeout { get; private set; } = count > 0 ? Instant.Zero : null;

        public ReadOnlySpan<byte> Payload => [];

        public void Receive(in Datagram datagram, Instant now)
        {
        }

        public void Note(in NetworkNotice notice, Instant now)
        {
        }

        public void Timeout(Instant now)
        {
            if (NextTimeout is not { } due || now < due) { return; }

            _ready = Math.Min(_left, Window);
            NextTimeout = _left > 0 ? now + (2 * Delay) : null;
        }

        public void Stop(Instant now)
        {
        }

        public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
        {
            transmit = new Transmit(local, remote, Size);
            if (_ready == 0) { return false; }

            (_ready, _left) = (_ready - 1, _left - 1);
            return true;
        }

        public bool TryEvent([MaybeNullWhen(false)] out int e)
        {
            e = 0;
            return false;
        }
    }
}
