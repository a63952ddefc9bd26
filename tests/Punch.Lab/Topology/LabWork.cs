namespace Punch.Lab.Topology;

/// <summary>Overlaps work that mostly waits.</summary>
internal static class LabWork
{
    /// <summary>Begins the work for each key in order, with at most this many at once. The task of a piece has its exception.</summary>
    public static IReadOnlyDictionary<TKey, Task<TResult>> Start<TKey, TResult>(
        IEnumerable<TKey> keys, int parallel, Func<TKey, TResult> work)
        where TKey : notnull
    {
        var free = new SemaphoreSlim(parallel);
        TResult Do(TKey key)
        {
            free.Wait();
            try
            {
                return work(key);
            }
            finally
            {
                free.Release();
            }
        }

        // Each has a thread of its own: the pool has too few threads for work that waits for processes.
        return keys.ToDictionary(
            key => key,
            key => Task.Factory.StartNew(() => Do(key), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }
}
