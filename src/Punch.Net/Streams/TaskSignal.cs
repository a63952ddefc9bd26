namespace Punch.Net.Streams;

/// <summary>Wakes one waiting task. A signal that nobody waits for is kept for the next wait.</summary>
internal sealed class TaskSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiter;
    private bool _isSet;

    /// <summary>Ends the present wait, or else the next one.</summary>
    public void Set()
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            waiter = _waiter;
            _waiter = null;
            _isSet = waiter is null;
        }

        waiter?.TrySetResult();
    }

    /// <summary>Waits for a signal.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public Task Wait(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return Task.CompletedTask;
            }

            // The code after the wait must not run on the thread that sets it.
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task.WaitAsync(cancellation);
        }
    }
}
