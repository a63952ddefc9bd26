using Punch.Protocol.Text;

namespace Punch.Benchmarks;

/// <summary>Measures reading and writing peer messages, and their allocations.</summary>
internal static class CodecBenchmark
{
    private const int Messages = 2_000_000;

    public static Table Run()
    {
        var table = new Table("Codec (one core)", "operation", "messages a second", "bytes allocated a message");
        byte[] buffer = new byte[256];
        var message = new PeerMessage { Id = 0x5f0c9a77d1e2b340, Sequence = 17, Seen = new Sighting(0xc3d2e1f0a9b88771, 12, TimeSpan.FromMicroseconds(3105), 11) };
        int length = message.Write("2026-11-22 14:23:01 +0000"u8, buffer, PeerMessage.MinLength);

        Add(table, "write", () => message.Write("2026-11-22 14:23:01 +0000"u8, buffer, PeerMessage.MinLength));
        Add(table, "read", () => PeerMessage.Parse(buffer.AsSpan(0, length), out _, out _));
        return table;
    }

    private static void Add(Table table, string name, Action operation)
    {
        Repeat(operation);
        long before = GC.GetAllocatedBytesForCurrentThread();
        double seconds = Measure.Median(Enumerable.Range(0, 5).Select(_ => Measure.Time(() => Repeat(operation)).TotalSeconds).ToArray());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        table.Row(name, Measure.Thousands(Messages / seconds), Measure.Ratio(allocated / (5.0 * Messages)));
    }

    private static void Repeat(Action operation)
    {
        for (int i = 0; i < Messages; i++) { operation(); }
    }
}
