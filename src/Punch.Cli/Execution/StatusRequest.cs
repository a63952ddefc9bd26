namespace Punch.Cli.Execution;

/// <summary>A request for the statistics so far, passed from the signals' thread to the session's thread.</summary>
internal sealed class StatusRequest
{
    private int _isAsked;

    /// <summary>Wakes the session; null if there is none.</summary>
    public Action? Wake { get; set; }

    /// <summary>Makes the request. Any thread may call it.</summary>
    public void Ask()
    {
        Volatile.Write(ref _isAsked, 1);
        Wake?.Invoke();
    }

    /// <summary>Whether there was a request since the last call.</summary>
    public bool TryTake() => Volatile.Read(ref _isAsked) != 0 && Interlocked.Exchange(ref _isAsked, 0) != 0;
}
