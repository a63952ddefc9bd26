namespace Punch.Tests;

/// <summary>What code allocates on its thread.</summary>
internal static class Allocation
{
    private const int Attempts = 5;

    /// <summary>
    /// The fewest bytes that one of a few runs allocated. A collection that another test causes charges this thread with the rest of
    /// its allocation buffer, up to 8 KiB; what really allocates does so in each run.
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
