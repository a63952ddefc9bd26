using Punch.Tests.Session;

namespace Punch.Benchmarks;

/// <summary>Measures two sessions that flood each other in memory, without sockets.</summary>
internal static class SessionBenchmark
{
    private const int Swaps = 1_000_000;

    public static Table Run()
    {
        var table = new Table("Session, flood in memory (one core)", "what", "datagrams a second", "bytes allocated a datagram");
        var pair = SwappingPair.Flooding();
        pair.Swap(10_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        double seconds = Measure.Median(Enumerable.Range(0, 5).Select(_ => Measure.Time(() => pair.Swap(Swaps)).TotalSeconds).ToArray());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        table.Row("two sessions", Measure.Thousands(Swaps / seconds), Measure.Ratio(allocated / (5.0 * Swaps)));
        return table;
    }
}
