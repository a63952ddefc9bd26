using System.Collections.Concurrent;

namespace Punch.Lab.Nat;

/// <summary>Overlaps the work on different clients.</summary>
internal static class NatWork
{
    /// <summary>Does the work for each kind, on so many threads, and returns when all is done.</summary>
    public static void ForEach(IEnumerable<NatKind> kinds, int parallel, Action<NatKind> work)
    {
        var queue = new ConcurrentQueue<NatKind>(kinds);
        Thread[] workers = [.. Enumerable.Range(0, parallel).Select(_ => new Thread(() =>
        {
            while (queue.TryDequeue(out NatKind? kind)) { work(kind); }
        }))];
        foreach (Thread worker in workers) { worker.Start(); }

        foreach (Thread worker in workers) { worker.Join(); }
    }
}
