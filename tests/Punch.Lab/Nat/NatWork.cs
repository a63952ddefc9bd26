namespace Punch.Lab.Nat;

/// <summary>Overlaps the work on different clients; that on one client is one piece.</summary>
internal static class NatWork
{
    /// <summary>Begins the work for each kind, at most so many at once. A piece's exception is its task's.</summary>
    public static IReadOnlyDictionary<TKind, Task<T>> Start<TKind, T>(IEnumerable<TKind> kinds, int parallel, Func<TKind, T> work)
        where TKind : notnull
    {
        var free = new SemaphoreSlim(parallel);
        T Do(TKind kind)
        {
            free.Wait();
            try
            {
                return work(kind);
            }
            finally
            {
                free.Release();
            }
        }

        // The work is waiting for processes, for which the pool has too few threads.
        return kinds.ToDictionary(
            kind => kind,
            kind => Task.Factory.StartNew(() => Do(kind), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }
}
