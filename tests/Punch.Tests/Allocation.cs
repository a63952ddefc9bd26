namespace Punch.Tests;

/// <summary>Measures what code allocates on its thread.</summary>
internal static class Allocation
{
    private const int Attempts = 5;

    /// <summary>
    /// The smallest allocation of a few runs, in bytes. If another test causes a collection, this thread is charged with the rest of its
    /// allocation buffer, up to 8 KiB. Real allocations happen in each run.
    /// </summary>
    public static long Fewest(Action action)
    {
        long fewest = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && fewest > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }
}
