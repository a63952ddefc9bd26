namespace Punch.Cli.Execution;

/// <summary>A wish to see the statistics so far, passed from the thread of the signals to that of the session.</summary>
internal sealed class StatusRequest
{
    private int _isAsked;

    /// <summary>Wakes the session; null while there is none.</summary>
    public Action? Wake { get; set; }

    /// <summary>Asks. Any thread may.</summary>
    public void Ask()
    {
        Volatile.Write(ref _isAsked, 1);
        Wake?.Invoke();
    }

    /// <summary>Whether it was asked since the last time.</summary>
    public bool TryTake() => Volatile.Read(ref _isAsked) != 0 && Interlocked.Exchange(ref _isAsked, 0) != 0;
}
