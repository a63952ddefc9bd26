using System.Collections.Concurrent;
using System.Globalization;

namespace Punch.Lab.Linux;

/// <summary>
/// A network namespace without a name, owned by one thread. Sockets, devices and processes that a job makes on that thread are inside it.
/// The kernel removes it with its devices once this object is disposed and its last process has ended. A killed lab leaves nothing behind.
/// Jobs must not start threads or tasks, because those would be inside, too.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private readonly BlockingCollection<Action> _jobs = [];
    private readonly Thread _thread;

    public NetworkNamespace(string name)
    {
        var ready = new TaskCompletionSource<int>();
        _thread = new Thread(() => Live(ready)) { IsBackground = true, Name = name };
        _thread.Start();
        Path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/task/{ready.Task.GetAwaiter().GetResult()}/ns/net");
    }

    /// <summary>The path by which <c>ip link … netns</c> and <c>nsenter --net=</c> find it while it lives.</summary>
    public string Path { get; }

    /// <summary>Runs the job on the namespace's thread and waits for it. It throws the job's exception.</summary>
    public T Run<T>(Func<T> job) => Queue(job).GetAwaiter().GetResult();

    /// <summary>Runs the job on the namespace's thread after those queued before.</summary>
    public Task<T> Queue<T>(Func<T> job)
    {
        var done = new TaskCompletionSource<T>();
        _jobs.Add(() => Complete(done, job));
        return done.Task;
    }

    /// <summary>Runs <c>ip</c> with these commands inside.</summary>
    /// <exception cref="InvalidOperationException">One of them failed.</exception>
    public void Ip(params IEnumerable<string> commands) => Run(() => Tool.Run("ip", ["-batch", "-"], string.Join('\n', commands) + "\n"));

    public void Dispose()
    {
        _jobs.CompleteAdding();
        _thread.Join();
        _jobs.Dispose();
    }

    private void Live(TaskCompletionSource<int> ready)
    {
        if (Native.Unshare(Native.NewNetworkNamespace) != 0)
        {
            ready.SetException(Native.Failure("unshare"));
            return;
        }

        ready.SetResult(Native.ThreadId());
        foreach (Action job in _jobs.GetConsumingEnumerable()) { job(); }
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> job)
    {
        try
        {
            done.SetResult(job());
        }
#pragma warning disable CA1031 // It is not swallowed: the caller that waits for the job gets it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            done.SetException(failure);
        }
    }
}
