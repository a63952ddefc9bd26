namespace Punch.Lab.Topology;

/// <summary>Overlaps pieces of work that wait most of their time.</summary>
internal static class LabWork
{
    /// <summary>Begins the work for each key in order, at most so many at once. A piece's exception is its task's.</summary>
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

        // A thread of its own each: the pool has too few for work that waits for processes.
        return keys.ToDictionary(
            key => key,
            key => Task.Factory.StartNew(() => Do(key), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }
}
